# ./dev test: every check there is, with a count at the end.

test_help() {
  cat <<'HELP'
Usage: ./dev test [--quick] [--fuzz-seconds N]

  1. g++: builds everything, runs every test           (--quick stops here)
  2. clang with address and undefined-behaviour sanitizers, built once for this and 4: the same
  3. clang with the thread sanitizer: what has threads (wire, archive, the service behind its listener)
  4. every fuzzer for N seconds (default 3; FUZZ_SECONDS), the same inputs each time (./dev fuzz explores)
  5. formatting, clang-tidy over what changed, house rules

Sets the machine up first where needed. The last line is "N passed, N failed, N skipped": test cases of GoogleTest,
and one for each other test, fuzzer and check. Exits 0 only when nothing failed.

Some tests read a corpus of other people's samples and vectors in ../shared (or $STRONGROOM_SHARED) and are skipped
loudly where there is none; where CI is set and ../shared is there, they may not be skipped.
HELP
}

TEST_PASSED=0 TEST_FAILED=0 TEST_SKIPPED=0 TEST_BUILT=yes

test_count() {
  TEST_PASSED=$((TEST_PASSED + $1))
  TEST_FAILED=$((TEST_FAILED + $2))
  TEST_SKIPPED=$((TEST_SKIPPED + $3))
  printf '   %d passed, %d failed, %d skipped\n' "$1" "$2" "$3"
}

# Prints "passed failed skipped" of what ctest (JUNIT) and the GoogleTest programs (a directory of XML) wrote.
# Test cases are counted where a program listed them; any other ctest test counts as one.
test_tally() {
  local junit="$1" cases="$2"
  {
    [ ! -e "$junit" ] || sed 's/^/ctest /' "$junit"
    find "$cases" -name '*.xml' -exec sed 's/^/gtest /' {} +
  } | awk '
    /^ctest .*<testcase / {
      if (/status="run"/) tests_passed++
      else if (/status="fail"/) tests_failed++
      else tests_skipped++
    }
    /^gtest .*<testsuites / {
      count = $0; sub(/.* tests="/, "", count); sub(/".*/, "", count)
      bad = $0; sub(/.* failures="/, "", bad); sub(/".*/, "", bad)
      disabled = $0; sub(/.* disabled="/, "", disabled); sub(/".*/, "", disabled)
      passed += count - bad - disabled; failed += bad; skipped += disabled
      if (bad > 0) programs_failed++; else programs_passed++
    }
    /^gtest .*<testcase .*result="skipped"/ { passed--; skipped++ }
    function at_least_0(n) { return n > 0 ? n : 0 }
    END {
      print passed + at_least_0(tests_passed - programs_passed), \
        failed + at_least_0(tests_failed - programs_failed), skipped + tests_skipped + 0
    }'
}

# test_preset PRESET [CTEST OPTION...]: runs what is built. 1 when the tests could not even be run.
test_preset() {
  local preset="$1" results passed failed skipped status=0
  shift
  results="$SOURCE_DIR/build/$preset/results"
  rm -rf "$results"
  mkdir -p "$results/cases"
  GTEST_OUTPUT="xml:$results/cases/" GTEST_BRIEF=1 \
    ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}" \
    UBSAN_OPTIONS="print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}" \
    ASAN_SYMBOLIZER_PATH=/usr/lib/llvm-19/bin/llvm-symbolizer \
    TSAN_OPTIONS="external_symbolizer_path=/usr/lib/llvm-19/bin/llvm-symbolizer${TSAN_OPTIONS:+:$TSAN_OPTIONS}" \
    ctest --test-dir "build/$preset" -j "$(nproc)" --timeout 900 --no-tests=error --output-on-failure \
    --output-junit "$results/ctest.xml" "$@" || status=$?
  read -r passed failed skipped < <(test_tally "$results/ctest.xml" "$results/cases")
  # ctest may know of a failure that nobody listed, such as a test without its program.
  if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  grep -rhoE '<skipped message="[^"]*' "$results/cases" | sed -e 's/<skipped message="//' -e 's/&#x0A;/: /g' |
    sort | uniq -c | head -n 20 || true
  test_count "$passed" "$failed" "$skipped"
}

# test_stage TITLE FUNCTION: the clock around it; a stage that breaks off counts as one failure.
test_stage() {
  local started="$SECONDS"
  say "$1"
  "$2" || {
    echo "FAILED: $1"
    test_count 0 1 0
  }
  printf '   %d s\n' $((SECONDS - started))
}

test_stage_dev() {
  compile dev || {
    TEST_BUILT=no
    return 1
  }
  test_preset dev
}

test_stage_asan() { compile fuzz && test_preset fuzz; } # one build for the tests and the fuzzers

# What has threads. Boost is headers and so is looked into; OpenSSL, SQLite, fmt and GoogleTest come compiled: of what
# happens inside them only locks, memory and threads are seen. Nothing is suppressed.
test_stage_tsan() {
  compile tsan wire_test archive_test server_archive_test || return
  test_preset tsan -R '^(wire|archive|server_archive)$'
}

test_stage_fuzz() {
  local fuzzers
  configure fuzz >/dev/null || return
  mapfile -t fuzzers < <(fuzz_targets)
  [ ${#fuzzers[@]} -gt 0 ] || return 0
  fuzz_build "${fuzzers[@]}" || return
  fuzz_each "$TEST_FUZZ_SECONDS" "${fuzzers[@]}"
  test_count "$FUZZ_PASSED" "$FUZZ_FAILED" 0
}

test_stage_tidy() { tidy_main && test_count 1 0 0; }

test_main() {
  local quick=no
  TEST_FUZZ_SECONDS="${FUZZ_SECONDS:-3}"
  while [ $# -gt 0 ]; do
    case "$1" in
      --quick) quick=yes ;;
      --fuzz-seconds)
        [ $# -ge 2 ] && [[ "$2" =~ ^[1-9][0-9]*$ ]] || wrong_usage "--fuzz-seconds needs a number"
        TEST_FUZZ_SECONDS="$2"
        shift
        ;;
      *) wrong_usage "test does not know $1; see ./dev test --help" ;;
    esac
    shift
  done
  . dev.d/setup.sh
  . dev.d/build.sh
  . dev.d/fuzz.sh
  . dev.d/tidy.sh
  setup_if_needed
  if [ -n "${CI:-}" ] && { [ -d ../shared ] || [ -n "${STRONGROOM_SHARED:-}" ]; }; then export STRONGROOM_SHARED_REQUIRED=1; fi

  test_stage "g++: every test" test_stage_dev
  if [ "$quick" = no ] && [ "$TEST_BUILT" = yes ]; then
    test_stage "clang, address and undefined-behaviour sanitizers: every test" test_stage_asan
    test_stage "clang, thread sanitizer: wire, archive, service" test_stage_tsan
    test_stage "fuzzers, $TEST_FUZZ_SECONDS s each" test_stage_fuzz
    test_stage "formatting, clang-tidy, house rules" test_stage_tidy
  elif [ "$quick" = no ]; then
    say "the other stages were not run: it does not compile"
  fi
  printf '%d passed, %d failed, %d skipped\n' "$TEST_PASSED" "$TEST_FAILED" "$TEST_SKIPPED"
  [ "$TEST_FAILED" -eq 0 ]
}
