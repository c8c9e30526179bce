# ./dev bench: the figures.

bench_help() {
  cat <<'HELP'
Usage: ./dev bench [--json] [GOOGLE BENCHMARK OPTIONS]

Builds with the release preset and measures; each figure comes with its limit measured in the same run and the ratio
of the two. Nothing else should run on the machine meanwhile.

  --json    machine-readable, on standard output (what is built is told on standard error)
HELP
}

bench_main() {
  . dev.d/setup.sh
  . dev.d/build.sh
  local options=() bench=build/release/bin/strongroom-bench argument
  for argument in "$@"; do
    if [ "$argument" = --json ]; then argument=--benchmark_format=json; fi
    options+=("$argument")
  done
  setup_if_needed >&2
  configure release >&2
  [ -n "$(targets release '^strongroom-bench$')" ] || fail "there are no benchmarks yet (target strongroom-bench)."
  compile release strongroom-bench >&2
  exec "$bench" ${options[@]+"${options[@]}"}
}
