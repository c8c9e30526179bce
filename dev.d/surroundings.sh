# Sourced by ./dev: where things are on this machine, and how to say what happens.

CACHE_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/strongroom"
OPENSSL_PREFIX="$CACHE_DIR/openssl"
# Written last, so a half-finished build is never taken for a whole one.
OPENSSL_STAMP="$OPENSSL_PREFIX/.complete"
OPENSSL_MINIMUM="3.5"

# The compiler cache is outside the checkout and shared by all checkouts: paths in it are relative.
export CCACHE_DIR="$CACHE_DIR/ccache"
export CCACHE_BASEDIR="$SOURCE_DIR"
export CCACHE_NOHASHDIR=1
export CCACHE_MAXSIZE=5G

say() { printf '== %s\n' "$*"; }
fail() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}
wrong_usage() {
  printf 'dev: %s\n' "$*" >&2
  exit 2
}

# version_at_least HAVE WANT
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

system_openssl_is_new_enough() {
  local have
  have="$(pkg-config --modversion libcrypto 2>/dev/null)" || return 1
  version_at_least "$have" "$OPENSSL_MINIMUM"
}

# How many compilers at once: one a processor, but 1.5 GiB of free memory for each.
jobs() {
  local processors memory
  processors="$(nproc)"
  memory="$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)"
  [ "${memory:-1}" -ge 1 ] || memory=1
  if [ "$memory" -lt "$processors" ]; then echo "$memory"; else echo "$processors"; fi
}

# logged TITLE LOG COMMAND...: runs it with its output in LOG, showing that it lives; on failure shows the end.
logged() {
  local title="$1" log="$2" started="$SECONDS" status=0 ticker
  shift 2
  mkdir -p "$(dirname "$log")"
  say "$title (log: $log)"
  : >"$log"
  tick "$log" &
  ticker=$!
  ("$@") >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [ -t 1 ]; then printf '\r%60s\r' ''; fi
  if [ "$status" -ne 0 ]; then
    tail -n 40 "$log" >&2
    printf 'dev: failed: %s; the whole log is %s\n' "$title" "$log" >&2
    return "$status"
  fi
  printf '   done in %d s\n' $((SECONDS - started))
}

# tick LOG: says every second (or every half minute, without a terminal) how long it has been; ends with ./dev.
tick() {
  local seconds=0
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    seconds=$((seconds + 1))
    if [ -t 1 ]; then
      printf '\r   %d s, %d lines of log ' "$seconds" "$(wc -l <"$1")"
    elif [ $((seconds % 30)) -eq 0 ]; then
      printf '   %d s, %d lines of log\n' "$seconds" "$(wc -l <"$1")"
    fi
  done
}

# targets PRESET PATTERN: the names of ninja targets that match an extended regular expression.
targets() {
  ninja -C "build/$1" -t targets all | sed -n 's/^\([A-Za-z0-9_.-]*\): phony.*/\1/p' | grep -v '^cmake_' |
    grep -E "$2" | sort -u || true
}
