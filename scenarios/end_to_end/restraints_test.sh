#!/usr/bin/env bash
# What holds a reading back, and what ends it: stop orders, revoked devices, closed cases, the cooling-off; and trustees
# who look at their shares unasked.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null

as paul check --json >"$GROUND/check.json"
[ "$(json_value bad <"$GROUND/check.json")" = 0 ] && [ "$(json_value shares <"$GROUND/check.json")" -ge 1 ] ||
  fail "the share check: $(cat "$GROUND/check.json")"
as paul check --percent 0 | says 'Nothing new' || fail "the same first folder was checked twice"
printf 'ok: a trustee opened its share of the first folder, and says so in the register\n'

stopped="$(ask "$device_id" | json_value commitment)"
as margaret approve "$stopped" --yes --json >/dev/null
must_fail "a stop by the reader" "only trustees" as nadia stop "$stopped" --yes
must_fail "a stop of nothing" "which request" as sofia stop "" --yes
as sofia stop "$stopped" --yes --json >/dev/null
must_fail "granting what was stopped" "member 3 stopped this request" as grace grant "$stopped" --yes
as nadia requests | says 'stopped by member 3' || fail "the list does not say that it was stopped"

commitment="$(ask "$device_id" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >/dev/null
as nadia show "$commitment" | says 'demi-charge' || fail "two grants opened nothing"
must_fail "closing somebody else's case" "somebody else" as margaret close "$commitment" --yes
blobs() { find "$GROUND/server/blobs" -type f | wc -l; }
before="$(blobs)"
as nadia close "$commitment" --yes --json >/dev/null
must_fail "showing a closed case" "no such request" as nadia show "$commitment"
must_fail "opening a closed case" "no such request" as nadia open "$commitment"
must_fail "granting in a closed case" "closed" as sofia grant "$commitment" --yes
[ "$(blobs)" -eq $((before - 2)) ] || fail "the server had $before blobs and has $(blobs): two grants should be gone"
printf 'ok: closed, and the grants are gone from the server\n'

must_fail "revoking by somebody who is no officer" "officer" as nadia device revoke "$device_id" --reason lost --yes
as ana device revoke "$device_id" --reason stolen --yes --json >/dev/null
must_fail "importing with a revoked device" "revoked" \
  agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-iphone"
as ana status | says revoked || fail "status does not show that the device was revoked"
[ -n "$(ask "$device_id" | json_value commitment)" ] || fail "what came before the revocation can still be asked for"

stop_in "$GROUND"
GROUND="$GROUND/second" && mkdir "$GROUND" && : >"$GROUND/log"
GENESIS_OPTIONS="--cooling-off 1" found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
commitment="$(ask "$device_id" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
must_fail "granting before a cross leaf covers the request" "covers the request yet|not over" \
  as grace grant "$commitment" --yes
ask "$device_id" >/dev/null # which takes a cross leaf
must_fail "granting in the cooling-off" "not over: 1 hours" as grace grant "$commitment" --yes
stop_in "$GROUND"
