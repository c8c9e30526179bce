# ./dev reproduce: does the same source give the same programs?

reproduce_help() {
  cat <<'HELP'
Usage: ./dev reproduce [--against DIRECTORY] [PROGRAM...]

Builds what is shipped (default: every program) twice from the last commit with the release preset, in two new directories
of different lengths, with another umask, time zone and number of compilers, and without the compiler cache;
then compares byte for byte. Prints the SHA-256 of each program, or where two of them differ. Takes twice a whole build.

  --against DIRECTORY   one build, compared with the programs in DIRECTORY: those somebody else built and gave you

The same means: with the same compiler and libraries (./dev sbom names them), and the private OpenSSL, where there is one,
in the same place: its path is in the programs.
HELP
}

# reproduce_one COMMIT DIRECTORY JOBS PROGRAM...: that commit, built there.
reproduce_one() {
  local commit="$1" directory="$2" jobs="$3"
  shift 3
  rm -rf "$directory"
  mkdir -p "$directory"
  git archive "$commit" | tar -x -C "$directory" || return
  (
    cd "$directory" || return
    export CCACHE_DISABLE=1
    cmake --preset release -DSTRONGROOM_BENCHMARKS=OFF >/dev/null && ninja -C build/release -j "$jobs" "$@"
  )
}

# reproduce_compare ONE OTHER PROGRAM...: prints sums; 1 where two differ.
reproduce_compare() {
  local one="$1" other="$2" program different=0
  shift 2
  for program in "$@"; do
    if [ ! -e "$one/$program" ] || [ ! -e "$other/$program" ]; then
      printf 'MISSING    %s is not in both of %s and %s\n' "$program" "$one" "$other"
      different=1
    elif cmp -s "$one/$program" "$other/$program"; then
      printf 'same       %s\n' "$(cd "$one" && sha256sum "$program")"
    else
      different=1
      printf 'DIFFERENT  %s: %s bytes differ, the first at %s; sections:%s\n' "$program" \
        "$({ cmp -l "$one/$program" "$other/$program" 2>/dev/null || true; } | wc -l)" \
        "$({ cmp "$one/$program" "$other/$program" || true; } | sed 's/.*byte \([0-9]*\).*/\1/')" \
        "$(reproduce_sections "$one/$program" "$other/$program")"
    fi
  done
  return "$different"
}

# The names of sections whose content is not the same.
reproduce_sections() {
  local section
  readelf -SW "$1" | sed -nE 's/^ *\[ *[0-9]+\] (\.[^ ]+) .*/\1/p' | while read -r section; do
    cmp -s <(objcopy -O binary --only-section="$section" "$1" /dev/stdout 2>/dev/null) \
      <(objcopy -O binary --only-section="$section" "$2" /dev/stdout 2>/dev/null) || printf ' %s' "$section"
  done
}

reproduce_main() {
  local against="" chosen=() place="$CACHE_DIR/reproduce" status=0 commit
  while [ $# -gt 0 ]; do
    case "$1" in
      --against)
        [ $# -ge 2 ] && [ -d "$2" ] || wrong_usage "--against needs a directory of programs"
        against="$(cd "$2" && pwd -P)"
        shift 2
        ;;
      -*) wrong_usage "reproduce does not know $1; see ./dev reproduce --help" ;;
      *)
        chosen+=("$1")
        shift
        ;;
    esac
  done
  . dev.d/setup.sh
  . dev.d/build.sh
  setup_if_needed
  # shellcheck disable=SC2207  # names without spaces
  [ ${#chosen[@]} -gt 0 ] || chosen=($(programs))
  [ -z "$(git status --porcelain)" ] || say "what is not committed is not looked at"
  commit="$(git rev-parse HEAD)"
  logged "building $commit" "$CACHE_DIR/log/reproduce-1" \
    reproduce_one "$commit" "$place/1" "$(jobs)" "${chosen[@]}"
  if [ -z "$against" ]; then
    logged "building it again, elsewhere" "$CACHE_DIR/log/reproduce-2" \
      env -u CCACHE_BASEDIR TZ=Pacific/Kiritimati bash -c \
      'set -euo pipefail; umask 027; SOURCE_DIR="$PWD"; . dev.d/surroundings.sh; . dev.d/reproduce.sh; reproduce_one "$@"' \
      reproduce "$commit" "$place/2-in-a-directory-with-a-longer-name" "$(($(jobs) + 1))" "${chosen[@]}"
    against="$place/2-in-a-directory-with-a-longer-name/build/release/bin"
  fi
  reproduce_compare "$place/1/build/release/bin" "$against" "${chosen[@]}" || status=1
  if [ "$status" -eq 0 ]; then rm -rf "$place"; else say "both are kept in $place"; fi
  return "$status"
}
