#!/usr/bin/env bash
# Reads from the linked programs that cmake/hardening.cmake took effect, and that each would load at most one
# libcrypto. Usage: hardening_test.sh DIRECTORY-OF-PROGRAMS. Exits 77 (skipped) when there are none yet.
set -euo pipefail
broken=0

wrong() {
  printf '%s: %s\n' "$1" "$2"
  broken=1
}

# has PATTERN TEXT
has() { grep -qE -- "$1" <<<"$2"; }

check() {
  local program="$1" name header segments dynamic symbols libcrypto
  name="$(basename "$program")"
  header="$(readelf -hW "$program")"
  segments="$(readelf -lW "$program")"
  dynamic="$(readelf -dW "$program")"
  symbols="$(readelf --dyn-syms -W "$program")"

  has 'Type: +DYN .*Position-Independent Executable' "$header" || wrong "$name" "not position-independent"
  has 'GNU_RELRO' "$segments" || wrong "$name" "no RELRO"
  has 'FLAGS_1.*NOW|BIND_NOW' "$dynamic" || wrong "$name" "binds lazily, so the RELRO is partial"
  has 'GNU_STACK.* RW +0x' "$segments" || wrong "$name" "the stack may be executed"
  ! has '(LOAD|GNU_STACK).* RWE ' "$segments" || wrong "$name" "a segment is writable and executable"
  has '__stack_chk_fail' "$symbols" || wrong "$name" "no stack protector"
  has '__[a-z]+_chk@' "$(grep -v __stack_chk <<<"$symbols")" || wrong "$name" "nothing was fortified"
  ! has 'TEXTREL' "$dynamic" || wrong "$name" "text relocations"
  # A library search path must be absolute: a relative one is a way in.
  ! has '(RPATH|RUNPATH).*\[([^/]|.*:[^/]|.*:\])' "$dynamic" || wrong "$name" "a relative library search path"

  libcrypto="$(ldd "$program" | awk '/libcrypto\.so/ { print $3 }' | sort -u)"
  [ "$(grep -c . <<<"$libcrypto")" -le 1 ] || wrong "$name" "would load two of libcrypto: $libcrypto"
}

programs=0
for program in "$1"/*; do
  [ -f "$program" ] && [ -x "$program" ] || continue
  [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
  check "$program"
  programs=$((programs + 1))
done
if [ "$programs" -eq 0 ]; then
  echo "no programs in $1 yet"
  exit 77
fi
echo "$programs programs read"
exit "$broken"
