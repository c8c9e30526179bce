# ./dev demo: the whole product on one machine.

demo_help() {
  cat <<'HELP'
Usage: ./dev demo [PATH] [--batch]

Sets up, builds and plays a whole archive on loopback: genesis with three trustees, a witness, the server, a device
that imports exports of an invented organisation, a reader who asks, two trustees who grant, and the check of it all.
Ends in one self-contained HTML page and leaves everything running.

  PATH      import your own export (Signal or WhatsApp) in place of the invented one
  --batch   without a terminal: ask nothing, stop everything at the end, exit non-zero on any failure
HELP
}

demo_main() {
  . dev.d/setup.sh
  . dev.d/build.sh
  setup_if_needed
  compile dev
  [ -x scenarios/demo/run ] || fail "there is no demonstration yet (scenarios/demo/run)."
  STRONGROOM_BIN="$SOURCE_DIR/build/dev/bin" exec scenarios/demo/run "$@"
}
