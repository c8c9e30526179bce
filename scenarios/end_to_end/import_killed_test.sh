#!/usr/bin/env bash
# An import killed anywhere and run again stores everything once; so does one whose server is killed.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive

import() { # import DEVICE OUT: the fictional organisation's exports, overlapping takeouts included
  agent import --state "$GROUND/$1" --zone Europe/Paris "$exports"/signal-ines-2025-03-04 \
    "$exports"/signal-ines-2025-04-03 "$exports"/whatsapp-android "$exports"/whatsapp-iphone >"$GROUND/$2"
}
# complete DEVICE WHAT: the next import ends well, the one after stores nothing, the ledger has each record once.
complete() {
  import "$1" again.txt || fail "$2: the second import did not end well"
  local found stored duplicate refused
  found="$(import_count "$GROUND/again.txt" found)" stored="$(import_count "$GROUND/again.txt" stored)"
  duplicate="$(import_count "$GROUND/again.txt" duplicate)" refused="$(import_count "$GROUND/again.txt" refused)"
  [ "$found" -eq $((stored + duplicate + refused)) ] || fail "$2: the counts do not reconcile"
  import "$1" third.txt || fail "$2: the third import did not end well"
  [ "$(import_count "$GROUND/third.txt" stored)" -eq 0 ] || fail "$2: the third import stored something"
  local records
  records="$(ask "$device_id" | json_value records)"
  [ "$records" -eq "$expected" ] || fail "$2: $records records in the ledger, $expected expected"
  "$STRONGROOM_BIN/strongroom-agent" status --state "$GROUND/$1" | says 'every entry has its receipt' ||
    fail "$2: entries without receipt"
  printf 'ok: %s (%s stored by the second import, %s in all)\n' "$2" "$stored" "$records"
}

new_device undisturbed
import undisturbed first.txt
expected="$(ask "$device_id" | json_value records)"
[ "$expected" -gt 100 ] || fail "the undisturbed import stored only $expected records"

for step in spool-synced identities-kept receipts-kept state-kept spool-emptied; do
  new_device "at-$step"
  status=0
  STRONGROOM_DIE_AT="$step" import "at-$step" killed.txt || status=$?
  [ "$status" -eq 137 ] || fail "the import did not die at $step (status $status)"
  complete "at-$step" "killed at $step"
done

for tenths in 0 1 2 4 7; do
  new_device "after-$tenths"
  "$STRONGROOM_BIN/strongroom-agent" import --state "$GROUND/after-$tenths" --zone Europe/Paris \
    "$exports"/signal-ines-2025-03-04 "$exports"/whatsapp-android >/dev/null 2>&1 &
  killed=$!
  sleep "0.$tenths"
  kill -KILL "$killed" 2>/dev/null || true
  wait "$killed" 2>/dev/null || true
  complete "after-$tenths" "killed after 0.$tenths s"
done

port="${server_address##*:}"
for step in objects_durable cell_swapped checkpoint_signed tiles_published received_answered; do
  new_device "server-$step"
  stop_in "$GROUND"
  start_witness "${witness_url##*:}"
  STRONGROOM_DIE_AT="$step" start_server "$port"
  if import "server-$step" killed.txt; then fail "the server did not die at $step"; fi
  start_server "$port"
  complete "server-$step" "server killed at $step"
done
