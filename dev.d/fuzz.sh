# ./dev fuzz: libFuzzer over every parser of outside bytes.

fuzz_help() {
  cat <<'HELP'
Usage: ./dev fuzz [--minutes N | --seconds N] [--list] [TARGET...]

Builds the fuzzers (clang, address and undefined-behaviour sanitizers) and runs each for N minutes (default 1) from
its corpus in ${XDG_CACHE_HOME:-~/.cache}/strongroom/corpus/TARGET, which grows from run to run. fuzz/seeds/TARGET,
where it exists, is read too. A crash is kept in .../strongroom/crashes and the command to repeat it is printed; make
it a named regression test before fixing it.

  TARGET    room_file, e.g. codec_cbor_fuzz; default: all    --list    print their names
HELP
}

fuzz_targets() { targets fuzz '_fuzz$'; }

# fuzz_one TARGET SECONDS: 0 when it ran its time without a finding. With FUZZ_FIXED=yes (./dev test) it starts from
# the seeds alone with a fixed random seed and a bounded count: the same program does the same, so a test says the same
# twice. Finding new things is ./dev fuzz's job.
fuzz_one() {
  local target="$1" seconds="$2" binary corpus="$CACHE_DIR/corpus/$1" crashes="$CACHE_DIR/crashes" seeds=() fixed=()
  if [ "${FUZZ_FIXED:-no}" = yes ]; then
    corpus="$SOURCE_DIR/build/fuzz/corpus/$1"
    rm -rf "$corpus"
    fixed=(-seed=1 -runs=20000)
  fi
  binary="$(find build/fuzz -type f -name "$target" -perm -u=x -print -quit)"
  [ -n "$binary" ] || {
    echo "the fuzzer $target was not built"
    return 1
  }
  mkdir -p "$corpus" "$crashes"
  [ ! -d "fuzz/seeds/$target" ] || seeds=("fuzz/seeds/$target")
  "$binary" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    ${fixed[@]+"${fixed[@]}"} -artifact_prefix="$crashes/$target-" "$corpus" ${seeds[@]+"${seeds[@]}"}
}

# fuzz_each SECONDS TARGET...: a line for each; sets FUZZ_PASSED and FUZZ_FAILED.
fuzz_each() {
  local seconds="$1" target log
  shift
  FUZZ_PASSED=0 FUZZ_FAILED=0
  for target in "$@"; do
    log="$CACHE_DIR/log/fuzz-$target"
    mkdir -p "$CACHE_DIR/log"
    if fuzz_one "$target" "$seconds" >"$log" 2>&1; then
      FUZZ_PASSED=$((FUZZ_PASSED + 1))
      printf 'passed  %s: %s runs in %s s\n' "$target" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds"
    else
      FUZZ_FAILED=$((FUZZ_FAILED + 1))
      tail -n 30 "$log"
      printf 'FAILED  %s: log %s; repeat with: build/fuzz/.../%s FILE (in %s)\n' \
        "$target" "$log" "$target" "$CACHE_DIR/crashes"
    fi
  done
}

fuzz_main() {
  local seconds=60 chosen=() list=no
  while [ $# -gt 0 ]; do
    case "$1" in
      --minutes | --seconds)
        [ $# -ge 2 ] && [[ "$2" =~ ^[0-9]+$ ]] || wrong_usage "$1 needs a whole number"
        if [ "$1" = --minutes ]; then seconds=$(($2 * 60)); else seconds="$2"; fi
        shift 2
        ;;
      --list)
        list=yes
        shift
        ;;
      -*) wrong_usage "fuzz does not know $1; see ./dev fuzz --help" ;;
      *)
        chosen+=("$1")
        shift
        ;;
    esac
  done
  . dev.d/setup.sh
  . dev.d/build.sh
  setup_if_needed
  configure fuzz
  if [ "$list" = yes ]; then
    fuzz_targets
    return
  fi
  # shellcheck disable=SC2207  # names without spaces
  [ ${#chosen[@]} -gt 0 ] || chosen=($(fuzz_targets))
  [ ${#chosen[@]} -gt 0 ] || fail "there are no fuzzers."
  compile fuzz "${chosen[@]}"
  fuzz_each "$seconds" "${chosen[@]}"
  printf '%d passed, %d failed\n' "$FUZZ_PASSED" "$FUZZ_FAILED"
  [ "$FUZZ_FAILED" -eq 0 ]
}
