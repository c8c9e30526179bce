# Sourced by the tests: a founded archive with two devices' worth of people, in a temporary directory that goes with
# the test. Usage: . stage.sh BIN
STRONGROOM_BIN="${1:?directory of the programs}"
stage_here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
exports="$stage_here/../demo/exports"
GROUND="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-scenario.XXXXXX")"
: >"$GROUND/log"
. "$stage_here/../demo/ground.sh"

stage_ended() {
  if [ "$1" -ne 0 ]; then
    printf -- '---- the end of the log ----\n' >&2
    tail -n 40 "$GROUND/log" >&2
  fi
  stop_in "$GROUND" KILL
  rm -rf "$GROUND"
}
trap 'stage_ended $?' EXIT

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# found_archive [SHORT=ROLES...]: three trustees (2 needed), two officers, an approver, a reader, and those; joined, with
# lot keys.
found_archive() {
  local person people=(grace paul sofia ana bruno margaret nadia "${@%%=*}")
  for person in "${people[@]}"; do person_new "$person" "$person"; done
  make_server_keys
  hold_genesis grace=trustee paul=trustee sofia=trustee ana=officer bruno=officer margaret=approver nadia=reader "$@"
  open_archive
  for person in "${people[@]}"; do as "$person" join "$GROUND/archive.card" --yes --json >/dev/null; done
  for person in grace paul sofia; do as "$person" lots publish --from 2025-01-01 --json >/dev/null; done
}

# new_device NAME: enrolled; sets device_id.
new_device() {
  enrol_device "$1" "Custodian of $1" ana bruno 5
  device_id="$(json_value device <"$GROUND/enrolled.json")"
}

# import_count FILE NAME: a number of an import's report.
import_count() {
  awk -v want="$2" '/^together / { n["found"] = $2; n["stored"] = $3; n["duplicate"] = $4; n["refused"] = $5 } END { print n[want] + 0 }' "$1"
}

# ask DEVICE_ID: a request for everything of one device; its JSON answer.
ask() {
  as nadia request --case "Test" --basis "Test" --device "$1" --class 1 --from 2025-01-01 --to "$(date -u +%F)" --yes --json
}

# COMMAND | says GREP-ARGUMENTS...: its output has such a line. Read to the end: a writer that is cut off fails.
says() {
  local output
  output="$(cat)"
  grep -q "$@" <<<"$output"
}

# must_fail WHAT PATTERN COMMAND...: it is refused, and the error says why.
must_fail() {
  local what="$1" pattern="$2"
  shift 2
  if "$@" >"$GROUND/out.txt"; then fail "$what was not refused"; fi
  grep -qiE "$pattern" "$GROUND/last-error" || fail "$what was refused for another reason: $(cat "$GROUND/last-error")"
  printf 'ok: %s\n' "$what"
}
