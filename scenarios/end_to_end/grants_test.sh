#!/usr/bin/env bash
# Nothing opens without approval and two trustees; the third may be lost.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null

must_not_show() { if grep -q 'demi-charge' "$GROUND/out.txt"; then fail "$1 showed content"; fi; }

commitment="$(ask "$device_id" | json_value commitment)"
must_fail "granting without approval" "approv" as grace grant "$commitment" --yes
must_fail "approval by the reader herself" "approver|role|own request" as nadia approve "$commitment" --yes
must_fail "opening without any grant" "grant|trustee" as nadia open "$commitment"
must_fail "approving a case of another name" "no such request" as margaret approve "Tests" --yes
as margaret approve "Test" --yes --json >/dev/null  # a case can be named by those who may know its name
as grace grant "$commitment" --yes --json >/dev/null
must_fail "opening with one grant of two" "grant|trustee|share" as nadia open "$commitment"
must_not_show "opening with one grant of two"
must_fail "granting twice" "already" as grace grant "$commitment" --yes

# Sofia's machine, keystore and passphrase are gone.
rm -rf "$GROUND/people/sofia" "$GROUND/people/sofia.passphrase"
as paul grant "$commitment" --yes --json >/dev/null
as nadia open "$commitment" >/dev/null
as nadia show "$commitment" >"$GROUND/show.txt"
grep -q 'demi-charge' "$GROUND/show.txt" || fail "two grants opened nothing"
as nadia search "Test" demi-charge --json | says '"snippet": ".*demi-charge' || fail "search found nothing"
printf 'ok: two of three trustees suffice, the third being lost\n'
must_fail "opening by somebody else" "own|request|not|keystore" as margaret open "$commitment"
