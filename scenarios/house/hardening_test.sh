#!/usr/bin/env bash
# Reads from the linked programs that cmake/hardening.cmake took effect, that each would load at most one libcrypto, and
# from the build's record that no source file was compiled without it. A program that is built badly on purpose must be
# found to break each rule, or the reading is worth nothing.
# Usage: hardening_test.sh BUILD-DIRECTORY. Exits 77 (skipped) when there are no programs yet.
set -euo pipefail
build="$1" broken=0 reports=()

wrong() {
  reports+=("$1: $2")
  broken=1
}

# has PATTERN TEXT
has() { grep -qE -- "$1" <<<"$2"; }

# What of the address space is readable, writable, executable, and how the program is entered.
check_segments() {
  local name="$1" header="$2" segments="$3" dynamic="$4"
  has 'Type: +DYN .*Position-Independent Executable' "$header" || wrong "$name" "not position-independent"
  has 'GNU_RELRO' "$segments" || wrong "$name" "no RELRO"
  has 'FLAGS_1.*NOW|BIND_NOW' "$dynamic" || wrong "$name" "binds lazily, so the RELRO is partial"
  has 'GNU_STACK.* RW +0x' "$segments" || wrong "$name" "the stack may be executed"
  ! has '(LOAD|GNU_STACK).* RWE ' "$segments" || wrong "$name" "a segment is writable and executable"
  has 'LOAD .* R +0x' "$segments" && [ "$(grep -cE 'LOAD .* R E ' <<<"$segments")" -eq 1 ] ||
    wrong "$name" "code is not in one segment of its own"
  ! has 'TEXTREL' "$dynamic" || wrong "$name" "text relocations"
  has 'program interpreter: /lib(64)?/ld-' "$segments" || wrong "$name" "not loaded by the system's loader"
}

check_code() {
  local name="$1" program="$2" symbols="$3" unsafe
  has '__stack_chk_fail' "$symbols" || wrong "$name" "no stack protector"
  has '__[a-z]+_chk@' "$(grep -v __stack_chk <<<"$symbols")" || wrong "$name" "nothing was fortified"
  unsafe="$(awk '$7 == "UND" { sub(/@.*/, "", $8); print $8 }' <<<"$symbols" |
    grep -xE 'gets|system|popen|tmpnam|tempnam|mktemp|strcpy|sprintf|vsprintf|dlopen' | tr '\n' ' ' || true)"
  # The parser loads a vendor's library where it is told to (docs/decisions/cage.md), and nobody else anything.
  [ "$name" != strongroom-parse ] || unsafe="${unsafe/dlopen /}"
  [ -z "$unsafe" ] || wrong "$name" "calls $unsafe"
  case "$(uname -m)" in
    # Every function that may be called by a pointer begins with it. That the whole file is marked for it (IBT, SHSTK)
    # needs start files and libraries of the distribution that are marked too; Debian's are not.
    x86_64) [ "$(LC_ALL=C grep -oaP '\xf3\x0f\x1e\xfa' "$program" | wc -l)" -ge 10 ] || wrong "$name" "no landing marks (CET)" ;;
  esac
}

# A search path for libraries must be absolute, and nobody else may be able to put a library there.
check_search_path() {
  local name="$1" dynamic="$2" paths directory
  ! has 'RUNPATH' "$dynamic" || wrong "$name" "a RUNPATH, which libraries of libraries do not obey"
  paths="$(sed -nE 's/.*\((RPATH|RUNPATH)\).*\[(.*)\]/\2/p' <<<"$dynamic")"
  ! has '(^|:)([^/]|$)' "${paths:-/}" || wrong "$name" "a relative library search path"
  while read -r directory; do
    [[ "$directory" == /* ]] || continue
    [ -e "$directory/libcrypto.so.3" ] || wrong "$name" "searches $directory, where the private OpenSSL is not"
    while :; do
      [ -z "$(find "$directory" -maxdepth 0 -perm /002 ! -perm -1000 2>/dev/null)" ] ||
        wrong "$name" "searches a directory that others may write to: $directory"
      [ "$directory" != / ] || break
      directory="$(dirname "$directory")"
    done
  done < <(tr ':' '\n' <<<"$paths")
}

check() {
  local program="$1" name header segments dynamic symbols libcrypto
  name="$(basename "$program")"
  header="$(readelf -hW "$program")"
  segments="$(readelf -lW "$program")"
  dynamic="$(readelf -dW "$program")"
  symbols="$(readelf --dyn-syms -W "$program")"
  check_segments "$name" "$header" "$segments" "$dynamic"
  check_code "$name" "$program" "$symbols"
  check_search_path "$name" "$dynamic"
  [ -z "$(find "$program" -perm /6002)" ] || wrong "$name" "set-user-id, or others may write to it"
  libcrypto="$(ldd "$program" 2>/dev/null | awk '/libcrypto\.so/ { print $3 }' | sort -u)"
  [ "$(grep -c . <<<"$libcrypto")" -le 1 ] || wrong "$name" "would load two of libcrypto: $libcrypto"
}

# Each file of src/ and programs/ was compiled with every flag that the machine's processor has.
check_commands() {
  local flag lacking commands flags=(-fPIE -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero
    -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fno-strict-overflow)
  case "$(uname -m)" in
    x86_64) flags+=(-fcf-protection=full) ;;
    aarch64) flags+=(-mbranch-protection=standard) ;;
  esac
  commands="$(grep -E '"command":.* -c [^ ]*/(src|programs)/' "$1" || true)"
  [ -n "$commands" ] || wrong "$1" "not one command that compiles a source file was found"
  for flag in "${flags[@]}"; do
    lacking="$(grep -vF -- " $flag " <<<"$commands" | grep -oE ' -c [^ "]*' | head -n 3 | tr -d '\n' || true)"
    [ -z "$lacking" ] || wrong "compile_commands.json" "without $flag:$lacking"
  done
}

# What all of this finds in a program that has nothing of it.
check_of_the_check() {
  local work rule
  work="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-hardening.XXXXXX")"
  trap 'rm -rf "$work"' RETURN
  printf '%s\n' '#include <stdio.h>' '#include <stdlib.h>' \
    'int main(int n, char** v) { char b[99]; sprintf(b, "%s %d", v[0], n); return system(b) + n; }' >"$work/bad.c"
  mkdir "$work/open" && chmod 777 "$work/open"
  cc -w -O1 -fcf-protection=none -fno-stack-protector -U_FORTIFY_SOURCE -fno-pie -no-pie "$work/bad.c" -o "$work/bad" \
    -Wl,-z,norelro,-z,lazy,-z,execstack,-z,noseparate-code "-Wl,--enable-new-dtags,-rpath,$work/open:lib" 2>/dev/null ||
    cc -w -O1 -fno-stack-protector -U_FORTIFY_SOURCE -fno-pie -no-pie "$work/bad.c" -o "$work/bad" \
      -Wl,-z,norelro,-z,lazy,-z,execstack,-z,noseparate-code "-Wl,--enable-new-dtags,-rpath,$work/open:lib"
  chmod 4777 "$work/bad"
  printf '"command": "c++ -o x -c /here/src/x.cpp"\n' >"$work/commands"
  check "$work/bad"
  check_commands "$work/commands"
  for rule in "not position-independent" "no RELRO" "binds lazily" "the stack may be executed" "no stack protector" \
    "nothing was fortified" "calls .*system" "calls .*sprintf" "a RUNPATH" "a relative library search path" \
    "others may write to: $work/open" "set-user-id" "without -D_FORTIFY_SOURCE=3" "without -fPIE"; do
    has "$rule" "$(printf '%s\n' "${reports[@]}")" || { echo "the check does not see: $rule"; exit 1; }
  done
  printf 'a bad program breaks %d rules\n' "${#reports[@]}"
  reports=() broken=0
}

check_of_the_check
programs=0
for program in "$build"/bin/*; do
  [ -f "$program" ] && [ -x "$program" ] || continue
  [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
  check "$program"
  programs=$((programs + 1))
done
if [ "$programs" -eq 0 ]; then
  echo "no programs in $build/bin yet"
  exit 77
fi
check_commands "$build/compile_commands.json"
if [ "$broken" -ne 0 ]; then printf '%s\n' "${reports[@]}"; fi
echo "$programs programs read"
exit "$broken"
