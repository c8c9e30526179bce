#!/usr/bin/env bash
# Clocks that are ten years off, before and behind: of a device, of the server, of a trustee. Nothing that is captured is
# refused for its time; a trustee's acts of another time are refused, and it can act again; the archive holds.
# Usage: clocks_test.sh BIN FORGER SHIFT_CLOCK
set -Eeuo pipefail
shift_clock="${3:?the library that shifts the clock}"
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$1"
found_archive
ten_years=$((3653 * 86400))

# at SECONDS COMMAND...: a function of the stage, whose programs read a clock that is so much off.
at() {
  local off="$1"
  shift
  LD_PRELOAD="$shift_clock" SHIFT_CLOCK_S="$off" "$@"
}
# A device with a wrong clock files by that clock what is dated after its tomorrow: so any day is asked for.
ask_any_day() {
  as nadia request --case "Test" --basis "Test" --device "$1" --class 1 --from 2010-01-01 --to 2039-12-31 --yes --json
}
says_at() { at "$1" date -u +%Y; }
[ "$(says_at $ten_years)" -gt "$(($(date -u +%Y) + 8))" ] || fail "the clock is not shifted"

# ---- a device ----
for off in "$ten_years" "-$ten_years"; do
  new_device "device$off"
  printf '{"kind": "message", "conversation": "Quay", "author": "Ines", "text": "by a clock off by %s", "sent_at": "2025-03-04T10:00:00Z"}\n' \
    "$off" >"$GROUND/off.jsonl"
  at "$off" agent import --state "$GROUND/device$off" "$GROUND/off.jsonl" >"$GROUND/import.txt" ||
    fail "a device whose clock is off by $off is refused: $(cat "$GROUND/last-error")"
  grep -q 'The counts reconcile' "$GROUND/import.txt" || fail "the import does not reconcile"
  at "$off" agent heartbeat --state "$GROUND/device$off" >/dev/null
  commitment="$(ask_any_day "$device_id" | json_value commitment)"
  as margaret approve "$commitment" --yes --json >/dev/null
  for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
  as nadia open "$commitment" >/dev/null
  as nadia show "$commitment" | says "by a clock off by $off" || fail "what a device with a wrong clock sealed is not read"
done
printf 'ok: a device ten years off is not refused, and read\n'

# ---- the server ----
new_device device
for off in "$ten_years" "-$ten_years"; do
  stop_in "$GROUND"
  start_witness "${witness_url##*:}"
  at "$off" start_server "${server_address##*:}"
  printf '{"kind": "message", "conversation": "Quay", "author": "Ines", "text": "to a server off by %s", "sent_at": "2025-03-04T10:00:00Z"}\n' \
    "$off" >"$GROUND/off.jsonl"
  agent import --state "$GROUND/device" "$GROUND/off.jsonl" >"$GROUND/import.txt" ||
    fail "a server whose clock is off by $off refuses: $(cat "$GROUND/last-error")"
done
stop_in "$GROUND"
start_witness "${witness_url##*:}"
start_server "${server_address##*:}"
commitment="$(ask_any_day "$device_id" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >/dev/null
for off in "$ten_years" "-$ten_years"; do
  as nadia show "$commitment" | says "to a server off by $off" || fail "what a server with a wrong clock took is not read"
done
printf 'ok: a server ten years off takes everything and loses nothing\n'

# ---- a trustee: what it signs would be of another time, so that it is refused, and does no harm ----
commitment="$(ask_any_day "$device_id" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for off in "$ten_years" "-$ten_years"; do
  must_fail "granting by a clock off by $off" 'time|clock|expired' at "$off" as grace grant "$commitment" --yes
done
for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >/dev/null || fail "a grant by a wrong clock spoilt the right one"
printf 'ok: a trustee ten years off grants nothing until its clock is right\n'

stop_in "$GROUND"
run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
  fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
printf 'ok: the archive holds\n'
