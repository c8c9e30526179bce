#!/usr/bin/env bash
# The lies that need more than one wrong answer: the grants and copies of another case, a register held back or
# arranged otherwise, rosters and lot keys that are not entered, or entered by nobody who may, and another genesis
# under the server's own keys. Whoever is lied to refuses and says what is wrong, or goes by what was rightly entered.
# Usage: lying_register_test.sh BIN LYING_SERVER BREACH_FORGE
set -Eeuo pipefail
export STRONGROOM_SERVER="${2:?the lying server}"
forge="${3:?breach_forge}"
. "$(dirname "${BASH_SOURCE[0]}")/../end_to_end/stage.sh" "$1"
mkdir -p "$GROUND/server"
export STRONGROOM_LIES="$GROUND/server/lies" # where the cage lets it look
: >"$STRONGROOM_LIES"

# lie KIND LIE ...: told from now on.
lie() {
  : >"$STRONGROOM_LIES.log"
  printf '%s\t%s\n' "$@" >"$STRONGROOM_LIES"
}
honest() { : >"$STRONGROOM_LIES"; }
# caught WHAT PATTERN COMMAND...: the lie was told, and is refused in words that say what is wrong.
caught() {
  must_fail "$@"
  grep -q '^told' "$STRONGROOM_LIES.log" || fail "$1: the lie was not told"
  honest
}
# waits WHAT COMMAND...: it is ended after five seconds, waiting for what no witness has signed.
waits() {
  local what="$1" status=0
  shift
  PATIENCE_S=5 "$@" >"$GROUND/out.txt" || status=$?
  [ "$status" -eq 137 ] || fail "$what ended with $status: $(cat "$GROUND/out.txt" "$GROUND/last-error")"
  grep -q '^told' "$STRONGROOM_LIES.log" || fail "$what: the lie was not told"
  printf 'ok: %s: waits in vain\n' "$what"
  honest
}
first_object() { sed -n 's/^asked\tGET [^\t]*\(\t\/v1\/object\/\)/\1/p' "$STRONGROOM_LIES.log" | tr -d '\t' | head -n 1; }
posted_blob() { sed -n 's/^posted\t[^\t]*\t/\/v1\/object\//p' "$STRONGROOM_LIES.log" | tail -n 1; }
# granted PERSON COMMITMENT: sets grant and copy to where the server has them.
granted() {
  lie nothing honest
  as "$1" grant "$2" --yes --json >/dev/null
  grant="$(posted_blob)" copy="$(first_object)"
}
# without_replica PERSON: a home that knows the card and has seen nothing.
without_replica() {
  rm -rf "$GROUND/people/$1.new"
  cp -a "$GROUND/people/$1" "$GROUND/people/$1.new"
  cp "$GROUND/people/$1.passphrase" "$GROUND/people/$1.new.passphrase"
  rm -r "$GROUND/people/$1.new/replica"
}
stop_server() {
  mkdir -p "$GROUND/ending"
  mv "$GROUND/server.pid" "$GROUND/ending/"
  stop_in "$GROUND/ending"
}
# enters COMMAND...: written into the register by the server itself; the witness sees only that it grew.
enters() {
  stop_server
  run_logged "$forge" "$1" "$GROUND/server" "$witness_name=$witness_url" "${@:2}" >"$GROUND/forged.txt" ||
    fail "the forgery itself: $(cat "$GROUND/last-error")"
  start_server "${server_address##*:}"
}
draft() { # draft NAME REMOVED SIGNER...
  local name="$1" removed="$2" signer
  shift 2
  as ana roster draft --remove "$removed" --out "$GROUND/$name.roster" >/dev/null
  for signer in "$@"; do as "$signer" roster sign "$GROUND/$name.roster" --yes >/dev/null; done
}

found_archive eva=reader
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null

# ---- grants and copies of another case --------------------------------------------------------------------------
mine="$(ask "$device_id" | json_value commitment)"
other="$(ask "$device_id" | json_value commitment)"
evas="$(as eva request --case Other --basis Test --device "$device_id" --class 1 --from 2025-01-01 --to "$(date -u +%F)" \
  --yes --json | json_value commitment)"
for commitment in "$mine" "$other" "$evas"; do as margaret approve "$commitment" --yes --json >/dev/null; done
without_replica sofia
granted grace "$other" && of_other="$grant" graces_copy="$copy"
granted grace "$evas" && of_evas="$grant"
granted paul "$mine" && of_paul="$grant" pauls_copy="$copy"
granted grace "$mine" && of_grace="$grant"
honest
for instead in "$of_evas:another reader's case" "$of_other:another request of hers" "$of_paul:another trustee"; do
  lie "GET $of_grace" "instead ${instead%%:*}"
  caught "A reader is handed the grant for ${instead#*:}" 'member 1 granted: the server sent another object|another object.*member 1 granted' \
    as nadia open "$mine"
done
must_fail "Showing what was refused" 'open|case' as nadia show "$mine"
must_fail "Opening another reader's case" 'no such request|not.*request' as eva open "$mine"
lie "GET /v1/object/*" "instead $pauls_copy"
caught "A trustee is handed the copy of another request" 'copy of the request.*another object|another object.*copy of the request' as paul grant "$other" --yes
lie "GET /v1/object/*" "instead $graces_copy"
caught "A trustee is handed another trustee's copy" 'copy of the request.*another object|another object.*copy of the request' as paul grant "$other" --yes
as nadia open "$mine" >/dev/null
as nadia show "$mine" | says 'demi-charge' || fail "the reader cannot get on with an honest server"

# ---- a register arranged otherwise -------------------------------------------------------------------------------
without_replica nadia
lie "GET /v1/register" exchange
caught "Two entries of the register change objects, before a newcomer" 'not the one the leaf names' as nadia.new status
cp -a "$GROUND/device" "$GROUND/device.new" && rm -r "$GROUND/device.new/replica"
lie "GET /v1/register" exchange
caught "Two lot keys change places, before a device" 'not the one the leaf names' agent heartbeat --state "$GROUND/device.new"
as nadia.new status --json >/dev/null

# ---- lot keys that the server says it entered --------------------------------------------------------------------
month=12
for lie in swallow alter other; do
  lie "POST /v1/register" "$lie"
  caught "A trustee's lot key, and the server's answer: $lie" 'does not hold|refused|signature|malformed|object' \
    as paul lots publish --from "2024-$month-01" --json
  as paul lots publish --from "2024-$month-01" --json >/dev/null
  month=$((month - 1))
done
for person in grace paul; do as "$person" lots publish --from 2024-06-01 --json >/dev/null; done

# ---- a tail withheld, and a roster that is not entered ------------------------------------------------------------
held=("GET /register/checkpoint" hold "GET /capture/checkpoint" hold)
draft weak 5 grace
draft rival 5 grace sofia
draft next 8 grace sofia
for lie in swallow alter; do
  lie "POST /v1/register" "$lie"
  caught "The next roster, and the server's answer: $lie" 'something else|malformed|refused|signature|object|decod' \
    as ana roster enter "$GROUND/next.roster"
done
as ana roster show | says '^Roster number 0' || fail "a roster that was thrown away is in force"
enters enter 2 "$GROUND/weak.roster"
as ana status >"$GROUND/status.txt"
grep -q '^FINDING .*signatures' "$GROUND/status.txt" || fail "a roster that one of two signed: $(cat "$GROUND/status.txt")"
grep -q '^roster  *number 0' "$GROUND/status.txt" || fail "a roster that one of two signed is in force"
printf 'ok: A roster that one trustee signed where two must is entered: it is named and nobody goes by it\n'

# Sofia is late with her keys for what was written in June 2024, and the server enters one in her name.
june_2034=$((2034 * 12 + 5))
enters lot-key 1 "$june_2034" 2
printf '{"kind": "message", "conversation": "Quay", "author": "Ines", "text": "written in June", "sent_at": "2024-06-04T10:00:00Z"}\n' \
  >"$GROUND/june.jsonl"
agent import --state "$GROUND/device" "$GROUND/june.jsonl" >"$GROUND/june.txt"
grep -Eq 'ALARM.*\(members 3\)' "$GROUND/june.txt" || fail "a device sealed to a key that no trustee signed: $(cat "$GROUND/june.txt")"
as sofia status | says '^FINDING .*signature' || fail "a lot key that no trustee signed is not named"
printf 'ok: A lot key that no trustee signed is entered: it is named, and the device takes it for missing\n'
as sofia lots publish --from 2024-06-01 --json >/dev/null # her own place is not taken

lie "${held[@]}"
as nadia status --json >/dev/null # what is shown from now on to whom it is told
honest
cp -a "$GROUND/people/paul" "$GROUND/people/paul.held"
cp "$GROUND/people/paul.passphrase" "$GROUND/people/paul.held.passphrase"
as ana roster enter "$GROUND/next.roster" --json >/dev/null
as sofia status --json >/dev/null
lie "${held[@]}"
caught "The newest roster is withheld from a trustee who has seen it" 'smaller' as sofia status
lie "${held[@]}"
caught "The newest roster is withheld from the officer who entered it" 'smaller' as ana device directory
lie "${held[@]}"
waits "A grant on a register that is held back, by a trustee who has seen nothing newer" as paul.held grant "$other" --yes
as ana requests --json | tr '{' '\n' | grep "$other" | says '"granted": 1' || fail "a grant was given on an old register"

# ---- rosters and lot keys that nobody may enter ---------------------------------------------------------------------
enters enter 2 "$GROUND/rival.roster"
as ana status >"$GROUND/status.txt"
grep -q '^FINDING .*follow' "$GROUND/status.txt" || fail "a rival roster: $(cat "$GROUND/status.txt")"
as ana roster show | says 'bruno' || fail "a rival roster is in force"
printf 'ok: A rival roster of trustees who had signed another is entered: it is named and nobody goes by it\n'
printf '{"kind": "message", "conversation": "Quay", "author": "Ines", "text": "written in June too", "sent_at": "2024-06-05T10:00:00Z"}\n' \
  >"$GROUND/june.jsonl"
agent import --state "$GROUND/device" "$GROUND/june.jsonl" >"$GROUND/june.txt"
if grep -q ALARM "$GROUND/june.txt"; then fail "the true key is not taken: $(cat "$GROUND/june.txt")"; fi
last="$(as nadia request --case Last --basis Test --device "$device_id" --class 1 --from 2024-01-01 --to "$(date -u +%F)" \
  --yes --json | json_value commitment)"
as margaret approve "$last" --yes --json >/dev/null
for person in paul sofia; do as "$person" grant "$last" --yes --json >/dev/null; done
as nadia open "$last" >/dev/null
as nadia show "$last" >"$GROUND/show.txt"
for text in 'written in June$' 'written in June too'; do
  grep -q "$text" "$GROUND/show.txt" || fail "lost: $text: $(head -n 20 "$GROUND/show.txt")"
done
if run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt"; then
  fail "strongroom-verify says nothing of what was entered by nobody who may"
fi
[ "$(grep -c 'register leaf' "$GROUND/verify.txt")" -ge 3 ] || fail "verify does not name all three: $(cat "$GROUND/verify.txt")"
printf 'ok: All is read as if nothing had been, and strongroom-verify names the three entries\n'

# ---- another genesis, of the same people, under the server's own keys ----------------------------------------------
stop_in "$GROUND"
found_rival() {
  local real="$GROUND" ledger
  mkdir -p "$real/rival/server" "$real/rival/witness"
  cp -r "$real/server/keys" "$real/server/origin" "$real/rival/server/"
  cp "$real/server.names" "$real/rival/"
  ln -s "$real/people" "$real/rival/people"
  GROUND="$real/rival"
  : >"$GROUND/log"
  run_logged "$STRONGROOM_BIN/strongroom-witness" init --data "$GROUND/witness" --name "$witness_name" >"$GROUND/witness.names"
  for ledger in register capture; do
    run_logged "$STRONGROOM_BIN/strongroom-witness" add-log --data "$GROUND/witness" \
      --vkey "$(json_value "${ledger}_vkey" <"$GROUND/server.names")" >/dev/null
  done
  hold_genesis grace=trustee paul=trustee sofia=trustee ana=officer bruno=officer margaret=approver nadia=reader
  finish_genesis "$server_address"
  run_logged "$STRONGROOM_BIN/strongroomd" adopt --data "$GROUND/server" --genesis "$GROUND/genesis.roster" >/dev/null
  GROUND="$real"
}
found_rival
for part in server witness; do
  mv "$GROUND/$part" "$GROUND/$part.true"
  mv "$GROUND/rival/$part" "$GROUND/$part"
done
: >"$STRONGROOM_LIES"
start_witness "${witness_url##*:}"
start_server "${server_address##*:}"
must_fail "Another genesis, shown to a trustee who has seen nothing" 'genesis of this archive' as sofia.new status
must_fail "Another genesis, shown to a reader who opens" 'witness|signature|signed|smaller' as nadia open "$last"
stop_in "$GROUND"
