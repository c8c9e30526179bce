#!/usr/bin/env bash
# A trustee is exchanged, and the new one is late with its lot keys: devices go on under the roster before, say so, and
# what they sealed is read like the rest. Once the keys are there they seal under the roster in force.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
if agent status --state "$GROUND/device" | grep ALARM; then fail "an alarm before anything is wrong"; fi

person_new eva Eva
as ana roster draft --add "$GROUND/people/eva/member=trustee" --remove 3 --out "$GROUND/next.roster" >/dev/null
for trustee in grace paul; do as "$trustee" roster sign "$GROUND/next.roster" --yes >/dev/null; done
as ana roster enter "$GROUND/next.roster" >"$GROUND/entered.txt"
grep -q 'Devices seal under the roster before' "$GROUND/entered.txt" && grep -q '  Eva' "$GROUND/entered.txt" ||
  fail "entering does not say who must publish: $(cat "$GROUND/entered.txt")"
cp "$GROUND/next.roster.names" "$GROUND/archive.card.names"
as eva join "$GROUND/archive.card" --yes --json >/dev/null
as ana device directory --json >/dev/null
as ana status | says "member 8 has to run 'strongroom lots publish'" || fail "status does not name the late trustee"

agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-iphone" >"$GROUND/import.txt"
grep -q 'The server noted: stale' "$GROUND/import.txt" || fail "the server does not mark it: $(cat "$GROUND/import.txt")"
grep -Eq "ALARM: folders go under the earlier roster number 0: no keys for .*\(members 8\).*lots publish --from 20" \
  "$GROUND/import.txt" || fail "the device raises no alarm: $(cat "$GROUND/import.txt")"
agent status --state "$GROUND/device" | says "^ALARM .*(members 8)" || fail "the device's status shows no alarm"
printf 'ok: a new trustee is late with its keys, and the device goes on\n'

must_fail "granting by the trustee who left" "identity|roster|not known|refused" as sofia status
commitment="$(ask "$device_id" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >"$GROUND/open.txt"
if grep -q 'BAD\|cannot be checked' "$GROUND/open.txt"; then fail "opening complains: $(cat "$GROUND/open.txt")"; fi
as nadia show "$commitment" >"$GROUND/show.txt"
android="$(grep -c . "$GROUND/show.txt")"
[ "$android" -gt 0 ] || fail "nothing can be read"
printf 'ok: read with the grants of two who hold keys of the roster before\n'
as paul check --percent 100 --json >"$GROUND/check.json"
[ "$(json_value bad <"$GROUND/check.json")" = 0 ] || fail "the share check: $(cat "$GROUND/check.json")"

as eva lots publish --from 2025-01-01 --json >/dev/null
agent heartbeat --state "$GROUND/device" >/dev/null
if agent status --state "$GROUND/device" | says ALARM; then fail "the alarm stays when the keys are there"; fi
cp -r "$exports/whatsapp-android" "$GROUND/later" && printf '10/03/2025, 11:07 - Karim Haddad: Une dernière.\n' >>"$(ls "$GROUND"/later/*.txt)"
agent import --state "$GROUND/device" --zone Europe/Paris "$GROUND/later" >"$GROUND/import.txt"
if grep -q 'stale\|ALARM' "$GROUND/import.txt"; then fail "still under the roster before: $(cat "$GROUND/import.txt")"; fi
printf 'ok: with the keys there, under the roster in force\n'
run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
  fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
grep -q 'sealed under a roster that it knew to be followed' "$GROUND/verify.txt" ||
  fail "verify does not name the stale folders: $(cat "$GROUND/verify.txt")"
stop_in "$GROUND"
