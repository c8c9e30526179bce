#!/usr/bin/env bash
# Drills: canary folders are opened by the path of every reading, what came of it is in the register, and nobody can
# have messages opened, or a success believed, under that name.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
forger="${2:?the dishonest reader}"
found_archive
new_device device
forge() { # forge WHO ask|tell WHAT
  local home="$GROUND/people/$1"
  shift
  run_logged "$forger" "$home" "$home.passphrase" "$@"
}
verify() { run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" "$@"; }
number() { json_value "$1" <"$GROUND/status.json"; }

must_fail "a drill before anything was sealed" "holds nothing yet" as nadia drill ask --yes
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >"$GROUND/import.txt"
grep -q 'The counts reconcile' "$GROUND/import.txt" && grep -q 'a canary folder for the trustees' "$GROUND/import.txt" ||
  fail "the first import: $(cat "$GROUND/import.txt")"
agent heartbeat --state "$GROUND/device" >"$GROUND/beat.txt"
if grep -q canary "$GROUND/beat.txt"; then fail "a second canary in one quarter"; fi
as nadia request --case Test --basis Test --device "$device_id" --from 2025-01-01 --to "$(date -u +%F)" --yes >"$GROUND/request.txt"
grep -q 'left out    1 folder of canaries' "$GROUND/request.txt" || fail "a reading does not leave the canary out"

as nadia drill status --json >"$GROUND/status.json"
[ "$(number devices_never)" = 1 ] && [ "$(number lots_never)" = "$(number lots)" ] && [ "$(number lots_overdue)" = 0 ] ||
  fail "the status before a drill: $(cat "$GROUND/status.json")"

# ---- the path of every reading ----
drill="$(as nadia drill ask --json | json_value commitment)"
must_fail "granting a drill that nobody approved" "approv" as grace grant "$drill" --yes
must_fail "telling of a drill that was not granted" "0 of 2 trustees" as nadia drill report "$drill"
as margaret approve "$drill" --yes --json >/dev/null
as grace grant "$drill" --yes --json >/dev/null
must_fail "telling of a drill with one grant of two" "1 of 2 trustees" as nadia drill report "$drill"
as sofia grant "$drill" --yes --json >/dev/null
grep -q 'THIS IS A DRILL' "$GROUND/log" || fail "the trustee was not told that it is a drill"
must_fail "telling of a drill by an officer" "officer|reader" as ana drill report "$drill"
must_fail "a result signed by a trustee, at the server" "not on the roster as reader" forge grace tell "$drill"
as nadia drill report "$drill" >"$GROUND/report.txt" || fail "the drill: $(cat "$GROUND/report.txt" "$GROUND/last-error")"
grep -q '1 of 1 canaries opened with their answers' "$GROUND/report.txt" || fail "the drill: $(cat "$GROUND/report.txt")"
must_fail "telling of it twice" "already" as nadia drill report "$drill"
as nadia show "$drill" | says 'This is a canary' || fail "the canary does not say what it is"
as nadia close "$drill" --yes --json >/dev/null
as nadia drill status --json >"$GROUND/status.json"
[ "$(number devices_never)" = 0 ] && [ "$(number lots_never)" = $(($(number lots) - 1)) ] ||
  fail "the status after a drill: $(cat "$GROUND/status.json")"
verify >"$GROUND/verify.txt" || fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
grep -q '1 of 1 canaries opened' "$GROUND/verify.txt" || fail "verify does not tell of the drill: $(cat "$GROUND/verify.txt")"
if grep -q 'overdue' "$GROUND/verify.txt"; then fail "a drill is overdue on the first day"; fi
printf 'ok: a canary was asked for, approved, granted by two, opened, and the register tells\n'

# ---- messages under the name of a drill ----
forged="$(forge nadia ask "$device_id" | json_value commitment)"
as margaret approve "$forged" --yes --json >/dev/null
must_fail "a drill that names folders of messages" "says that it is a drill.*is no canary" as grace grant "$forged" --yes
must_fail "telling of what is no canary" "not to be found as canaries" as nadia drill report "$forged" --as-it-is

# ---- a canary device of the roster: every lot ----
enrol_device everywhere "The archive itself" ana bruno 5
everywhere="$(json_value device <"$GROUND/enrolled.json")"
as ana roster draft --canary "$everywhere" --out "$GROUND/next.roster" | says "device $everywhere seals a canary folder in every lot" ||
  fail "the draft does not name the canary device"
for trustee in grace sofia; do as "$trustee" roster sign "$GROUND/next.roster" --yes >/dev/null; done
as ana roster enter "$GROUND/next.roster" --json >/dev/null
agent canary --state "$GROUND/everywhere" >"$GROUND/canary.txt"
lots="$(sed -n 's/.* \([0-9]*\) canary folders.*/\1/p' "$GROUND/canary.txt")"
[ "$lots" = "$(number lots)" ] || fail "$lots canaries for $(number lots) lots: $(cat "$GROUND/canary.txt")"
agent canary --state "$GROUND/everywhere" | says 'No canary is due' || fail "a canary device seals twice"
drill="$(as nadia drill ask --json | json_value commitment)"
as margaret approve "$drill" --yes --json >/dev/null
for trustee in paul sofia; do as "$trustee" grant "$drill" --yes --json >/dev/null; done
as nadia drill report "$drill" --json >"$GROUND/report.json"
[ "$(json_value opened <"$GROUND/report.json")" = "$((lots + 1))" ] || fail "the drill of every lot: $(cat "$GROUND/report.json")"
as nadia drill status --json >"$GROUND/status.json"
[ "$(number lots_never)" = 0 ] && [ "$(number canary_devices)" = 1 ] || fail "the status: $(cat "$GROUND/status.json")"
printf 'ok: %s lots drilled at once\n' "$lots"

# ---- a failure is told too, and a success that was none is found ----
drill="$(as nadia drill ask --device "$device_id" --json | json_value commitment)"
must_fail "a drill that nobody granted" "the drill failed" as nadia drill report "$drill" --as-it-is
as nadia drill status | says "Custodian of device: opened in a drill on .*; the last drill FAILED" ||
  fail "the status does not say that the last drill failed"
verify >"$GROUND/verify.txt" || fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
grep -q '0 of 1 canaries opened' "$GROUND/verify.txt" || fail "verify does not tell of the failure: $(cat "$GROUND/verify.txt")"
drill="$(as nadia drill ask --json | json_value commitment)"
as margaret approve "$drill" --yes --json >/dev/null
as grace grant "$drill" --yes --json >/dev/null
forge nadia tell "$drill" # one trustee of two, and an answer drawn at random
if verify >"$GROUND/verify.txt"; then fail "a wrong known answer was believed: $(cat "$GROUND/verify.txt")"; fi
grep -q 'does not hold the answer it names' "$GROUND/verify.txt" || fail "verify: $(cat "$GROUND/verify.txt")"
printf 'ok: a wrong known answer is found by whoever verifies\n'
stop_in "$GROUND"
