# ./dev breach-test: what a thief of the server finds, and what he can do with it.

breach_help() {
  cat <<'HELP'
Usage: ./dev breach-test [--short] [--report FILE]

Founds an archive on loopback in which every text, name, number, file, passphrase and key is a canary. While imports,
a genesis, enrolments, a request, approvals and grants are under way it takes everything a thief of the server would
(memory, files, databases, logs, environment, command lines, traffic) and searches it in every form. Before that, a
program that leaks on purpose shows that each form would be found in each place. Then the thief tries what he has:
fork, roll back, impersonate, swap rosters, replay. Ends in one HTML page. docs/breach-test.md says what it proves and
what it cannot.

  --short        what ./dev test runs: less than a minute
  --report FILE  where the report goes (default: the cache, strongroom/breach-test.html)

Needs root, or a kernel that gives ordinary users a user namespace: the programs let nobody else look into them.
Exit 0: nothing was found and every attempt was caught. 1: a breach. 3: void, something could not be looked at or the control failed.
HELP
}

breach_main() {
  . dev.d/setup.sh
  . dev.d/build.sh
  local arguments=() report="$CACHE_DIR/breach-test.html"
  while [ $# -gt 0 ]; do
    case "$1" in
      --short) arguments+=(--short) ;;
      --report)
        [ $# -ge 2 ] || wrong_usage "--report needs a file"
        report="$(realpath -m -- "$2")"
        shift
        ;;
      *) wrong_usage "breach-test does not know $1; see ./dev breach-test --help" ;;
    esac
    shift
  done
  setup_if_needed
  compile dev
  mkdir -p "$(dirname "$report")"
  exec scenarios/breach/run build/dev/bin build/dev/scenarios/breach ${arguments[@]+"${arguments[@]}"} --report "$report"
}
