#!/usr/bin/env bash
# A server whose witnesses lie for it keeps two histories and shows each person one. Whoever has seen both knows at
# once; people who compare what they were shown know; and no act of one history is an act in the other.
# Usage: two_histories_test.sh BIN
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../end_to_end/stage.sh" "$1"
found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
commitment="$(ask "$device_id" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for person in ana bruno grace paul nadia; do as "$person" status --json >/dev/null; done
stop_in "$GROUND"
for part in server witness; do
  cp -a "$GROUND/$part" "$GROUND/$part.other"
  mv "$GROUND/$part" "$GROUND/$part.one"
done

# in_history NAME: from now on everybody is shown that one, on the same address.
in_history() {
  local part
  stop_in "$GROUND"
  for part in server witness; do
    rm -f "$GROUND/$part"
    ln -s "$GROUND/$part.$1" "$GROUND/$part"
  done
  start_witness "${witness_url##*:}"
  start_server "${server_address##*:}"
}

in_history one
as grace grant "$commitment" --yes --json >/dev/null
as ana status --json >"$GROUND/ana.json" || fail "the first history alone is not believed"
in_history other
as paul grant "$commitment" --yes --json >/dev/null || fail "the second history alone is not believed"
as bruno status --json >"$GROUND/bruno.json"

value() { json_value "$1" <"$GROUND/$2.json"; }
[ "$(value register ana)" = "$(value register bruno)" ] || fail "the histories differ in length, so that words could not be compared"
[ "$(value register_words ana)" != "$(value register_words bruno)" ] || fail "two histories have the same words"
printf 'ok: two people are shown two histories that their witnesses signed\n'

must_fail "showing the second history to who knows the first" 'history|histories|continuation|smaller' as ana status
must_fail "showing the second history to the trustee who acted in the first" 'history|histories|continuation|smaller' \
  as grace status
# Each history has one grant of two: the reader who is shown either opens nothing.
must_fail "opening with a grant of each history" 'of 2|1 of|grant|share' as nadia open "$commitment"
in_history one
must_fail "showing the first history to who knows the second" 'history|histories|continuation|smaller' as bruno status
must_fail "showing both to the reader" 'history|histories|continuation|smaller' as nadia status

# Two people compare, by words (above) or what Ana keeps with what Bruno was shown.
for ledger in register capture; do cp "$GROUND/server.one/$ledger/witnessed" "$GROUND/ana.$ledger"; done
if run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server.other" --archive "$GROUND/archive.card" \
  --seen "$GROUND/ana.register" >"$GROUND/verify.txt"; then
  fail "the second history holds beside the first"
fi
grep -qiE 'fork|two histories|another root|does not begin' "$GROUND/verify.txt" || fail "another finding: $(cat "$GROUND/verify.txt")"
printf 'ok: whoever compares, knows\n'
stop_in "$GROUND"
