#!/usr/bin/env bash
# A server that holds all its own keys and lies: about one kind of answer at a time, in every way that lies.h lists,
# while somebody does something that asks for it. Whoever is lied to must refuse, or say what is missing, or have lost
# nothing by it, or go on waiting; and with the same home must get on as before once the server is honest again.
# Usage: lying_server_test.sh BIN LYING_SERVER [all]     all: every lie about every answer; otherwise each ninth
set -Eeuo pipefail
export STRONGROOM_SERVER="${2:?the lying server}"
how_many="${3:-some}"
. "$(dirname "${BASH_SOURCE[0]}")/../end_to_end/stage.sh" "$1"
mkdir -p "$GROUND/server"
export STRONGROOM_LIES="$GROUND/server/lies" # where the cage lets it look
: >"$STRONGROOM_LIES"

lies_told_by_answers="gone broken empty cut grown invented flood flip-0 flip-3 flip-5 flip-7 flip-9 stale other
  drop-first drop-last repeat reverse resign"
lies_about_requests="swallow alter"
secret="demi-charge" # stands in what is read, and nowhere else

# ---- what people do ---------------------------------------------------------------------------------------------
# prepare_X makes ready, with an honest server. do_X is lied to; it writes to standard output. holds_X tells, again
# with an honest server, whether an X that ended well did happen. again_X gets on as if nothing had been.

copy_of() { # copy_of PERSON: a home that may be spoilt
  rm -rf "$GROUND/people/$1.lied-to"
  cp -a "$GROUND/people/$1" "$GROUND/people/$1.lied-to"
  cp "$GROUND/people/$1.passphrase" "$GROUND/people/$1.lied-to.passphrase"
}
asked() { as nadia requests --json | tr '{' '\n'; }

prepare_join() { copy_of stranger; }
do_join() { as stranger.lied-to join "$GROUND/archive.card" --yes --json; }
holds_join() { as stranger.lied-to status --json | says '"trustee"'; }
again_join() { [ -e "$GROUND/people/stranger.lied-to/card" ] || do_join; as stranger.lied-to status --json; }

prepare_status() { # what was seen once cannot be unseen
  as ana status --json >/dev/null
  copy_of ana
}
do_status() { as ana.lied-to status --json; }
holds_status() { [ "$(as ana status --json)" = "$(cat "$GROUND/said")" ] || grep -q '"missing"' "$GROUND/said"; }
again_status() { as ana.lied-to status --json; }

prepare_request() { copy_of nadia; }
do_request() {
  as nadia.lied-to request --case Lies --basis Test --device "$device_id" --class 1 --from 2025-01-01 \
    --to "$(date -u +%F)" --yes --json
}
holds_request() { [ "$(asked | grep -c "$(json_value commitment <"$GROUND/said")")" = 1 ]; }
again_request() { as nadia.lied-to status --json; }

prepare_approve() {
  copy_of margaret
  fresh="$(ask "$device_id" | json_value commitment)"
}
do_approve() { as margaret.lied-to approve "$fresh" --yes --json; }
holds_approve() { [ "$(asked | grep "$fresh" | grep -c '"approvals": 1')" = 1 ]; }
again_approve() { holds_approve || as margaret.lied-to approve "$fresh" --yes --json; }

prepare_grant() {
  copy_of grace
  if [ -z "${ungranted:-}" ] || [ "$(asked | grep "$ungranted" | grep -c '"granted": 0')" != 1 ]; then
    ungranted="$(ask "$device_id" | json_value commitment)"
    as margaret approve "$ungranted" --yes --json >/dev/null
  fi
}
do_grant() { as grace.lied-to grant "$ungranted" --yes --json; }
holds_grant() { [ "$(asked | grep "$ungranted" | grep -c '"granted": 1')" = 1 ]; }
again_grant() { holds_grant || as grace.lied-to grant "$ungranted" --yes --json; }

prepare_open() { copy_of nadia; }
do_open() { as nadia.lied-to open "$granted" --json && as nadia.lied-to show "$granted"; }
holds_open() { cmp -s "$GROUND/said" "$GROUND/honest-open" || grep -q 'MISSING OR DOUBTFUL' "$GROUND/said"; }
again_open() { do_open | cmp -s - "$GROUND/honest-open"; }

prepare_import() {
  sent=$((sent + 1))
  printf '{"kind": "message", "conversation": "Lies", "author": "Ines", "text": "line %d", "sent_at": "2025-03-04T10:00:%02dZ"}\n' \
    "$sent" $((sent % 60)) >"$GROUND/lied.jsonl"
}
do_import() { agent import --state "$GROUND/device" --patience 2 "$GROUND/lied.jsonl"; }
holds_import() { agent import --state "$GROUND/device" "$GROUND/lied.jsonl" >"$GROUND/second" && [ "$(import_count "$GROUND/second" duplicate)" = 1 ]; }
again_import() { holds_import || agent import --state "$GROUND/device" "$GROUND/lied.jsonl" >/dev/null; }

# A device asks to be let in, an officer and a second one let it in; a reader asks for a drill.
prepare_enrol() {
  as ana device invite --countersigner 5 --class 1 --out "$GROUND/lied.invitation" --json >"$GROUND/lied.invited"
  invited="$(json_value invitation <"$GROUND/lied.invited")"
  rm -rf "$GROUND/enrolling"
}
do_enrol() { agent enrol "$GROUND/lied.invitation" --state "$GROUND/enrolling"; }
holds_enrol() { as ana device pending --json | says "$invited"; }
again_enrol() { holds_enrol || do_enrol; }

prepare_confirm() {
  prepare_enrol
  do_enrol >/dev/null
  as ana device confirm "$invited" --custodian Nobody --yes --json >/dev/null
  enrolling="$(agent status --state "$GROUND/enrolling" | sed -n 's/^device  *//p')"
  copy_of bruno
}
do_confirm() { as bruno.lied-to device confirm "$invited" --yes --json; }
holds_confirm() { as ana status | says "$enrolling"; }
again_confirm() { holds_confirm || as bruno.lied-to device confirm "$invited" --yes --json; }

prepare_drill() { copy_of nadia; }
do_drill() { as nadia.lied-to drill ask --json; }
holds_drill() { [ "$(asked | grep -c "$(json_value commitment <"$GROUND/said")")" = 1 ]; }
again_drill() { as nadia.lied-to drill status --json; }

# ---- telling lies -----------------------------------------------------------------------------------------------

# tell ACTION KIND LIE: sets outcome to: refused, waits, reported, harmless, untold; fails on anything else.
tell() {
  local action="$1" kind="$2" lie="$3" status=0
  "prepare_$action"
  : >"$STRONGROOM_LIES.log"
  printf '%s\t%s\n' "$kind" "$lie" >"$STRONGROOM_LIES"
  : >"$GROUND/last-error"
  PATIENCE_S=5 "do_$action" >"$GROUND/said" || status=$?
  : >"$STRONGROOM_LIES"
  if ! grep -q "^told" "$STRONGROOM_LIES.log"; then
    outcome=untold
    return
  fi
  if [ "$status" -ne 137 ] && [ "$status" -ge 124 ]; then fail "$action: $lie about $kind: ended with $status: $(cat "$GROUND/last-error")"; fi
  if [ "$status" -eq 137 ]; then
    outcome=waits # for a register that has what was entered, or for witnesses; nobody believed anything
  elif [ "$status" -ne 0 ]; then
    [ -s "$GROUND/last-error" ] || fail "$action: $lie about $kind: refused without a word"
    if grep -q "$secret" "$GROUND/said" && [ "$action" != open ]; then fail "$action: $lie about $kind: content came out"; fi
    outcome=refused
  elif ! "holds_$action"; then
    fail "$action: $lie about $kind: BELIEVED: $(head -c 600 "$GROUND/said")"
  elif grep -q 'MISSING OR DOUBTFUL' "$GROUND/said"; then
    outcome=reported
  else
    outcome=harmless
  fi
  "again_$action" >/dev/null || fail "$action: $lie about $kind: cannot go on afterwards: $(cat "$GROUND/last-error")"
}

# kinds_of ACTION: what it asks for when nobody lies.
kinds_of() {
  "prepare_$1"
  : >"$STRONGROOM_LIES.log"
  "do_$1" >"$GROUND/honest-$1" || fail "$1 does not work at all: $(cat "$GROUND/last-error")"
  cut -f 2 "$STRONGROOM_LIES.log" | sort -u >"$GROUND/kinds-$1"
}

# ---- the scene --------------------------------------------------------------------------------------------------
found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
person_new stranger stranger
sent=0
granted="$(ask "$device_id" | json_value commitment)"
as margaret approve "$granted" --yes --json >/dev/null
for person in grace paul; do as "$person" grant "$granted" --yes --json >/dev/null; done

declare -A done_already=() count=([refused]=0 [waits]=0 [reported]=0 [harmless]=0 [untold]=0)
kind_number=0
actions="${LIE_TO:-status request approve grant open import enrol confirm drill}"
for action in $actions; do
  kinds_of "$action"
  mapfile -t kinds <"$GROUND/kinds-$action"
  for kind in "${kinds[@]}"; do
    line=""
    kind_number=$((kind_number + 1))
    lie_number=0
    lies="$lies_told_by_answers"
    case "$kind" in GET*) ;; *) lies="$lies $lies_about_requests" ;; esac
    for lie in $lies; do
      lie_number=$((lie_number + 1))
      if [ "$how_many" != all ] && [ $(((kind_number + lie_number) % 9)) -ne 0 ]; then continue; fi
      if [ -n "${done_already["$kind $lie"]:-}" ]; then continue; fi
      tell "$action" "$kind" "$lie"
      count[$outcome]=$((count[$outcome] + 1))
      [ "$outcome" = untold ] || done_already["$kind $lie"]=yes
      [ "$outcome" = untold ] || line="$line $lie=$outcome"
    done
    printf '%-8s %-34s%s\n' "$action" "$kind" "$line"
  done
done
printf '\n%d lies: %d refused, %d waited out, %d reported as missing, %d without effect, 0 believed.\n' \
  $((count[refused] + count[waits] + count[reported] + count[harmless])) "${count[refused]}" "${count[waits]}" "${count[reported]}" "${count[harmless]}"
[ "${count[refused]}" -ge 20 ] || fail "too few lies were told: the liar does not work"
