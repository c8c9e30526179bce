# ./dev fuzz: libFuzzer over every parser of outside bytes (docs/fuzzing.md).

fuzz_help() {
  cat <<'HELP'
Usage: ./dev fuzz [--minutes N | --seconds N] [TARGET...]
       ./dev fuzz --list | --table | --minimise [TARGET...]

Builds the fuzzers (clang, address and undefined-behaviour sanitizers) and gives them N minutes together (default 10),
in turns: a round gives each its share, at most 30 seconds; who reached new code in its last turn gets twice as much in
the next. Each goes on from its corpus, which grows from run to run and is minimised at the end.

  TARGET      room_file, e.g. codec_cbor_fuzz; default: all
  --minutes N, --seconds N   of all turns together
  --list      their names
  --table     what all runs on this machine have done so far
  --minimise  minimises the corpora, runs nothing

In ${XDG_CACHE_HOME:-~/.cache}/strongroom/fuzz: TARGET/ is a corpus, findings/ holds inputs that broke something, logs/
the last turn of each, history one line a turn. A corpus that is empty is begun with what the program fuzz_seeds writes
(whole objects of every format, from our own encoders) and, where ../shared is there, with the samples that the target
names. Beside x_fuzz.cpp may stand x_fuzz.dict (or its line "// Dictionary:" names another); "// Limits:" in it are
options for libFuzzer, "// Seeds:" places in ../shared.

Exits 1 after a finding, with the command that repeats it. Make it a named test of the parser concerned, then repair.
HELP
}

FUZZ_DIR="$CACHE_DIR/fuzz"
FUZZ_LIMITS="-max_len=65536 -timeout=10 -rss_limit_mb=2048"  # where a target says nothing else

fuzz_targets() { targets fuzz '_fuzz$'; }

# fuzz_describe TARGET: sets FUZZ_BINARY, FUZZ_SOURCE (which CMake wrote down) and FUZZ_OPTIONS.
fuzz_describe() {
  local described="build/fuzz/fuzzers/$1" limits dictionary
  [ -e "$described" ] || { echo "there is no fuzzer $1; see ./dev fuzz --list"; return 1; }
  { read -r FUZZ_BINARY; read -r FUZZ_SOURCE; } <"$described"
  [ -x "$FUZZ_BINARY" ] || { echo "the fuzzer $1 was not built"; return 1; }
  limits="$(sed -n 's,^// Limits: *,,p' "$FUZZ_SOURCE")"
  # Later options count.
  read -r -a FUZZ_OPTIONS <<<"$FUZZ_LIMITS $limits"
  dictionary="$(sed -n 's,^// Dictionary: *,,p' "$FUZZ_SOURCE")"
  [ -n "$dictionary" ] || dictionary="${FUZZ_SOURCE%.cpp}.dict"
  [ ! -e "$dictionary" ] || FUZZ_OPTIONS+=("-dict=$dictionary")
}

# The directories of ../shared that a target names as its seeds, one a line.
fuzz_shared() {
  local shared="${STRONGROOM_SHARED:-$SOURCE_DIR/../shared}" path
  for path in $(sed -n 's,^// Seeds: *,,p' "$FUZZ_SOURCE"); do
    [ ! -d "$shared/$path" ] || printf '%s\n' "$shared/$path"
  done
}

# fuzz_seed TARGET: what of the seeds reaches new code goes into the corpus; again when the seeds have changed.
fuzz_seed() {
  local corpus="$FUZZ_DIR/$1" log="$FUZZ_DIR/logs/$1.seeds" from=()
  mkdir -p "$corpus"
  [ ! "$log" -nt build/fuzz/seeds/made ] || return 0
  [ ! -d "build/fuzz/seeds/$1" ] || from+=("build/fuzz/seeds/$1")
  mapfile -t -O "${#from[@]}" from < <(fuzz_shared)
  [ ${#from[@]} -eq 0 ] || "$FUZZ_BINARY" "${FUZZ_OPTIONS[@]}" -merge=1 "$corpus" "${from[@]}" >"$log" 2>&1 || true
}

# fuzz_minimise TARGET: the fewest inputs that reach as much. The corpus stays as it is if that fails.
fuzz_minimise() {
  local corpus="$FUZZ_DIR/$1" new="$FUZZ_DIR/$1.new"
  fuzz_describe "$1" || return
  [ -d "$corpus" ] || return 0
  rm -rf "$new"
  mkdir "$new"
  if "$FUZZ_BINARY" "${FUZZ_OPTIONS[@]}" -merge=1 "$new" "$corpus" >"$FUZZ_DIR/logs/$1.merge" 2>&1; then
    rm -rf "$corpus"
    mv "$new" "$corpus"
  else
    rm -rf "$new"
  fi
}

fuzz_files() { find "$1" -type f 2>/dev/null | wc -l; }

# fuzz_run TARGET SECONDS LOG CORPUS OPTION...: libFuzzer's own status; sets FUZZ_CPU, the processor's seconds.
fuzz_run() {
  local target="$1" seconds="$2" log="$3" corpus="$4" status=0 TIMEFORMAT='%U %S'
  shift 4
  {
    time "$FUZZ_BINARY" "${FUZZ_OPTIONS[@]}" "$@" -max_total_time="$seconds" -print_final_stats=1 \
      -artifact_prefix="$FUZZ_DIR/findings/$target-" "$corpus" >"$log" 2>&1 || status=$?
  } 2>"$log.time"
  FUZZ_CPU="$(awk '{ printf "%.2f", $1 + $2 }' "$log.time")"
  rm -f "$log.time"
  return "$status"
}

# fuzz_number LOG WHICH NAME: from the first (INITED) or the last line of libFuzzer that has it.
fuzz_number() {
  local found
  found="$(sed -n "s/^#.*[[:space:]]$3: \([0-9]*\).*/\1/p" "$1" | "$2" -n 1)" || true
  echo "${found:-0}"
}

# fuzz_turn TARGET SECONDS: one turn, one line of history. Sets FUZZ_GREW. 1 after a finding.
# history: date, target, executions, seconds of processor, coverage before and after (edges), features before and
# after, corpus before and after (files), findings, bytes of the corpus
fuzz_turn() {
  local target="$1" seconds="$2" log="$FUZZ_DIR/logs/$1" corpus="$FUZZ_DIR/$1" before status=0 runs cov0 cov1 ft0 ft1
  fuzz_describe "$target" || return
  fuzz_seed "$target"
  before="$(fuzz_files "$corpus")"
  fuzz_run "$target" "$seconds" "$log" "$corpus" || status=$?
  runs="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  cov0="$(fuzz_number "$log" head cov)" cov1="$(fuzz_number "$log" tail cov)"
  ft0="$(fuzz_number "$log" head ft)" ft1="$(fuzz_number "$log" tail ft)"
  FUZZ_GREW=no
  [ "$cov1" -le "$cov0" ] || FUZZ_GREW=yes
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(date -u +%FT%TZ)" "$target" "${runs:-0}" "$FUZZ_CPU" \
    "$cov0" "$cov1" "$ft0" "$ft1" "$before" "$(fuzz_files "$corpus")" "$((status == 0 ? 0 : 1))" \
    "$(find "$corpus" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }')" >>"$FUZZ_DIR/history"
  [ "$status" -eq 0 ] || fuzz_tell "$target" "$log"
}

# fuzz_tell TARGET LOG: what was found and how to see it again. Always 1.
fuzz_tell() {
  local input
  tail -n 40 "$2"
  input="$(sed -n 's/.*Test unit written to //p' "$2" | tail -n 1)"
  printf 'FOUND   %s; repeat with:\n        %s %s %s\n' "$1" "$FUZZ_BINARY" "${FUZZ_OPTIONS[*]}" "${input:-(log: $2)}"
  return 1
}

# fuzz_rotate SECONDS TARGET...: rounds until the time is over; 1 if anything was found.
fuzz_rotate() {
  local seconds="$1" started="$SECONDS" target left share status=0 found=()
  declare -A grew=()
  shift
  share=$((seconds / $#))
  if [ "$share" -gt 30 ]; then share=30; elif [ "$share" -lt 2 ]; then share=2; fi
  while [ $((SECONDS - started)) -lt "$seconds" ] && [ ${#found[@]} -lt $# ]; do
    for target in "$@"; do
      [[ " ${found[*]-} " != *" $target "* ]] || continue
      left=$((seconds - (SECONDS - started)))
      [ "$left" -gt 0 ] || break
      slice=$share
      [ "${grew[$target]:-no}" = no ] || slice=$((share * 2))
      [ "$slice" -le "$left" ] || slice=$left
      fuzz_turn "$target" "$slice" || { found+=("$target"); status=1; }
      grew[$target]=$FUZZ_GREW
      tail -n 1 "$FUZZ_DIR/history" | awk -F '\t' '{
        printf "%-36s %9d runs %7d/s  cov %5d -> %5d  features %6d -> %6d  corpus %5d -> %5d%s\n", $2, $3,
          $3 / ($4 > 0.5 ? $4 : 0.5), $5, $6, $7, $8, $9, $10, ($11 > 0 ? "  FOUND" : "") }'
    done
  done
  return "$status"
}

# fuzz_table [LINES TO SKIP]: history added up, a line for each target.
fuzz_table() {
  [ -e "$FUZZ_DIR/history" ] || { echo "nothing was run yet"; return; }
  tail -n "+$((${1:-0} + 1))" "$FUZZ_DIR/history" | sort -s -t "$(printf '\t')" -k 2,2 | awk -F '\t' '
    function line() {
      printf "%-36s %12d %7d %8.1f %6d %6d %7d %7d %6d %6d %8d %5d\n", name, runs, runs / (cpu > 0.5 ? cpu : 0.5), cpu / 60, cov0, cov1,
        ft0, ft1, corpus0, corpus1, bytes / 1024, findings
    }
    BEGIN {
      printf "%-36s %12s %7s %8s %6s %6s %7s %7s %6s %6s %8s %5s\n", "", "", "runs/", "CPU", "edges", "", "features",
        "", "corpus", "", "", ""
      printf "%-36s %12s %7s %8s %6s %6s %7s %7s %6s %6s %8s %5s\n", "target", "runs", "CPU s", "minutes", "first",
        "last", "first", "last", "first", "last", "KiB", "found"
    }
    $2 != name {
      if (name != "") line()
      name = $2; runs = cpu = findings = 0; cov0 = $5; ft0 = $7; corpus0 = $9; n++
    }
    {
      runs += $3; cpu += $4; cov1 = $6; ft1 = $8; corpus1 = $10; findings += $11; bytes = $12
      all_runs += $3; all_cpu += $4; all_found += $11
    }
    END {
      if (name != "") line()
      printf "%d targets, %d runs, %.1f minutes of processor, %d findings\n", n, all_runs, all_cpu / 60, all_found
    }'
}

# fuzz_each SECONDS TARGET...: what ./dev test does. Every fuzzer starts from the seeds with a fixed random seed and a
# bounded count: the same program does the same, so a test says the same twice. A line for each; sets FUZZ_PASSED and
# FUZZ_FAILED.
fuzz_each() {
  local seconds="$1" target log corpus status
  shift
  FUZZ_PASSED=0 FUZZ_FAILED=0
  mkdir -p "$FUZZ_DIR/logs" "$FUZZ_DIR/findings"
  for target in "$@"; do
    log="$FUZZ_DIR/logs/$target.test" corpus="$SOURCE_DIR/build/fuzz/corpus/$target" status=0
    rm -rf "$corpus"
    mkdir -p "$corpus"
    fuzz_describe "$target" && [ ! -d "build/fuzz/seeds/$target" ] || cp -R "build/fuzz/seeds/$target/." "$corpus"
    fuzz_describe "$target" && fuzz_run "$target" "$seconds" "$log" "$corpus" -seed=1 -runs=20000 || status=$?
    if [ "$status" -eq 0 ]; then
      FUZZ_PASSED=$((FUZZ_PASSED + 1))
      printf 'passed  %s: %s runs, at most %s s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds"
    else
      FUZZ_FAILED=$((FUZZ_FAILED + 1))
      fuzz_tell "$target" "$log" || true
    fi
  done
}

# fuzz_build TARGET...: the fuzzers, and the seeds, which stay as they are until the program that makes them changes
# (signatures in them differ each time they are made).
fuzz_build() {
  compile fuzz fuzz_seeds "$@"
  mkdir -p "$FUZZ_DIR/logs" "$FUZZ_DIR/findings"
  [ ! build/fuzz/seeds/made -nt build/fuzz/bin/fuzz_seeds ] || return 0
  rm -rf build/fuzz/seeds
  build/fuzz/bin/fuzz_seeds build/fuzz/seeds
  touch build/fuzz/seeds/made
}

fuzz_main() {
  local seconds=600 chosen=() act=run before status=0
  while [ $# -gt 0 ]; do
    case "$1" in
      --minutes | --seconds)
        [ $# -ge 2 ] && [[ "$2" =~ ^[1-9][0-9]*$ ]] || wrong_usage "$1 needs a whole number"
        if [ "$1" = --minutes ]; then seconds=$(($2 * 60)); else seconds="$2"; fi
        shift
        ;;
      --list) act=list ;;
      --table) act=table ;;
      --minimise) act=minimise ;;
      -*) wrong_usage "fuzz does not know $1; see ./dev fuzz --help" ;;
      *) chosen+=("$1") ;;
    esac
    shift
  done
  if [ "$act" = table ]; then
    fuzz_table
    return
  fi
  . dev.d/setup.sh
  . dev.d/build.sh
  setup_if_needed
  configure fuzz
  # shellcheck disable=SC2207  # names without spaces
  [ "$act" != list ] && [ ${#chosen[@]} -gt 0 ] || chosen=($(fuzz_targets))
  [ ${#chosen[@]} -gt 0 ] || fail "there are no fuzzers."
  if [ "$act" = list ]; then
    printf '%s\n' "${chosen[@]}"
    return
  fi
  fuzz_build "${chosen[@]}"
  if [ "$act" = run ]; then
    before=0
    [ ! -e "$FUZZ_DIR/history" ] || before="$(wc -l <"$FUZZ_DIR/history")"
    fuzz_rotate "$seconds" "${chosen[@]}" || status=$?
  fi
  say "minimising the corpora"
  for target in "${chosen[@]}"; do fuzz_minimise "$target"; done
  [ "$act" != run ] || fuzz_table "$before"
  return "$status"
}
