#!/usr/bin/env bash
# The roster after the genesis: k of the governing quorum, nobody else; who joins can act and who leaves cannot.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null

own="$(ask "$device_id" | json_value commitment)" # of Nadia, who is about to leave
person_new eva Eva
as ana roster draft --add "$GROUND/people/eva/member=reader" --remove 7 --out "$GROUND/next.roster" >"$GROUND/draft.txt"
grep -q 'joins *Eva (member 8), reader' "$GROUND/draft.txt" && grep -q 'leaves *nadia (member 7), reader' "$GROUND/draft.txt" ||
  fail "the draft does not say what changes: $(cat "$GROUND/draft.txt")"
must_fail "signing by somebody who is no trustee" "trustee" as ana roster sign "$GROUND/next.roster" --yes
as grace roster sign "$GROUND/next.roster" --yes >/dev/null
must_fail "entering with one signature of two" "1 signatures" as ana roster enter "$GROUND/next.roster"
as sofia roster sign "$GROUND/next.roster" --yes >/dev/null
as ana roster enter "$GROUND/next.roster" --json >/dev/null
must_fail "entering it twice" "follow" as ana roster enter "$GROUND/next.roster"

must_fail "asking after having left" "identity|roster|not known|refused" as nadia status
must_fail "entering a closing after having left" "destroyed here; the register could not be told" \
  as nadia close "$own" --yes
must_fail "opening what was destroyed" "no such request" as nadia show "$own"
cp "$GROUND/next.roster.names" "$GROUND/archive.card.names"
as eva join "$GROUND/archive.card" --yes --json >/dev/null
as ana device directory --json >/dev/null
as eva status | says "Custodian of device" || fail "the new reader was not given the names of custodians"
commitment="$(as eva request --case Test --basis Test --device "$device_id" --from 2025-01-01 --to "$(date -u +%F)" \
  --yes --json | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as eva open "$commitment" >/dev/null
as eva show "$commitment" | says 'demi-charge' || fail "the new reader could not read what was sealed before"
printf 'ok: sealed under the first roster, read under the second\n'
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-iphone" >/dev/null
printf 'ok: a device goes on under the new roster\n'
agent retire --state "$GROUND/device" >/dev/null
must_fail "importing after the last word" "has retired" \
  agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android"
agent retire --state "$GROUND/device" >/dev/null
run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
  fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
printf 'ok: the device has retired, and the archive holds\n'

(umask 077 && printf 'another passphrase' >"$GROUND/new.passphrase")
as eva key passphrase --new-passphrase-file "$GROUND/new.passphrase" >/dev/null
must_fail "the old passphrase" "passphrase" as eva status
cp "$GROUND/new.passphrase" "$GROUND/people/eva.passphrase"
as eva roster show | says 'Eva' || fail "the new passphrase does not open the keystore, or Eva's name is not shown"
stop_in "$GROUND"
