#!/usr/bin/env bash
# A device gets new keys: the old ones ask, an officer signs, the register has the last word. Killed in between it goes
# on; whoever copied the old keys is nobody; what was sealed under either is read and proved.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device other
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
cp -r "$GROUND/device" "$GROUND/stolen"
request="$GROUND/phone.request"

agent replace-key "$request" --state "$GROUND/device" >"$GROUND/asked.txt"
words="$(sed -n 's/^  new keys  //p' "$GROUND/asked.txt")"
[ -n "$words" ] || fail "asking shows no words: $(cat "$GROUND/asked.txt")"
must_fail "carrying it out without an officer" "no officer has signed" \
  agent replace-key "$request" --state "$GROUND/device"
must_fail "carrying it out by another device" "not of this device" agent replace-key "$request" --state "$GROUND/other"
must_fail "signing by somebody who is no officer" "officer" as grace device replace "$request" --yes
agent heartbeat --state "$GROUND/device" >/dev/null
printf 'ok: the device goes on with the old key while it waits\n'
as ana device replace "$request" --yes --json >/dev/null
must_fail "signing by a second officer, which the register would not take" "signed these keys already" \
  as bruno device replace "$request" --yes
grep -qF "$words" "$GROUND/log" || fail "the officer saw other words"

# killed STEP COMMAND...: it dies there (in a build that can), or ends well.
killed() {
  local step="$1" status=0
  shift
  STRONGROOM_DIE_AT="$step" "$@" >/dev/null || status=$?
  [ "$status" -eq 137 ] || [ "$status" -eq 0 ] || fail "it failed at $step (status $status)"
}
killed key-entered agent replace-key "$request" --state "$GROUND/device"
must_fail "going on with the copied keys after the entry" "403" agent heartbeat --state "$GROUND/stolen"
agent heartbeat --state "$GROUND/device" >/dev/null || fail "the device does not find its new keys"
agent replace-key "$request" --state "$GROUND/device" | says 'in force' || fail "the change was not completed"
[ ! -e "$GROUND/device/keys.next" ] || fail "the keys that followed lie about"
if cmp -s "$GROUND/device/keys" "$GROUND/stolen/keys"; then fail "the keys are the old ones"; fi
must_fail "asking for keys with the copied ones" "403" \
  agent replace-key "$GROUND/thief.request" --state "$GROUND/stolen"
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-iphone" >"$GROUND/import.txt"
if grep -q 'noted' "$GROUND/import.txt"; then fail "the server notes something: $(cat "$GROUND/import.txt")"; fi
printf 'ok: the device goes on with the new keys\n'

agent replace-key "$GROUND/again.request" --state "$GROUND/device" >/dev/null
as bruno device replace "$GROUND/again.request" --yes --json >/dev/null
killed key-switched agent replace-key "$GROUND/again.request" --state "$GROUND/device"
agent replace-key "$GROUND/again.request" --state "$GROUND/device" >/dev/null
[ ! -e "$GROUND/device/keys.next" ] || fail "the keys that followed lie about after a stop at the switch"
printf 'ok: a second time, by another officer\n'

commitment="$(ask "$device_id" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >"$GROUND/open.txt"
as nadia show "$commitment" --numbers >"$GROUND/show.txt"
for place in $(grep -oE '[0-9]+\.[0-9]+' "$GROUND/show.txt" | sort -t . -k 1,1n -k 2,2n | sed -n '1p;$p'); do
  as nadia export "$commitment" --format message --number "$place" --out "$GROUND/$place.message" >/dev/null
  run_logged "$STRONGROOM_BIN/strongroom-verify" message "$GROUND/$place.message" --archive "$GROUND/archive.card" >"$GROUND/proved.txt" ||
    fail "the proof of $place does not hold"
done
grep -q 'replaced before, 1 time' "$GROUND/proved.txt" || fail "the last proof does not say that the key was replaced"
as nadia export "$commitment" --format evidence --out "$GROUND/evidence" >/dev/null
run_logged "$STRONGROOM_BIN/strongroom-verify" package "$GROUND/evidence" --archive "$GROUND/archive.card" >/dev/null ||
  fail "the package does not hold"
run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
  fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
printf 'ok: read and proved, before and after\n'

agent replace-key "$GROUND/third.request" --state "$GROUND/device" >/dev/null
as ana device revoke "$device_id" --reason stolen --yes --json >/dev/null
must_fail "signing new keys for a revoked device" "revoked" as ana device replace "$GROUND/third.request" --yes
must_fail "asking as a revoked device" "revoked" agent replace-key "$GROUND/fourth.request" --state "$GROUND/device"
stop_in "$GROUND"
