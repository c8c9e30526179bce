# ./dev faults: what fails, in every way and place (docs/faults.md).

faults_help() {
  cat <<'HELP'
Usage: ./dev faults

Makes every call that one whole intake makes of its file system fail in every way, lets the machine meet every fate
after each (killed, killed and then without power, without power with any subset of what was not synced), starts again
on what is left and checks that nothing answered is missing, nothing forked and an auditor's check agrees. Some
thousands of runs; ./dev test has a tenth of them. Then a crowd of 10,000 connections, and 2,000 kills of the server while
devices hand over: about two hours in all. docs/faults.md says what is injected where and what was found.
HELP
}

faults_main() {
  [ $# -eq 0 ] || wrong_usage "faults does not know $1; see ./dev faults --help"
  . dev.d/setup.sh
  . dev.d/build.sh
  setup_if_needed
  compile dev
  STRONGROOM_FAULTS_ALL=1 build/dev/scenarios/faults/intake_faults_test
  CROWD=10000 scenarios/end_to_end/crowd_test.sh build/dev/bin
  KILLS=2000 scenarios/end_to_end/kills_test.sh build/dev/bin
}
