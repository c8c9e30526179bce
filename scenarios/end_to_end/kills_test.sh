#!/usr/bin/env bash
# The server is killed again and again, at moments that nothing chooses, while three devices hand over. Whatever was said
# to be received is there afterwards, once; no ledger forked; the auditor's check holds with every checkpoint seen on the way.
# Usage: kills_test.sh BIN     KILLS in the environment: how many, 12 unless told
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$1"
kills="${KILLS:-12}"
found_archive
devices=(first second third)
for device in "${devices[@]}"; do
  new_device "$device"
  agent heartbeat --state "$GROUND/$device" >/dev/null # it has seen that it is enrolled: without that it cannot seal
done

# feed DEVICE: messages, a few at a time, until told to stop. What fails is handed over the next time.
feed() {
  local device="$1" number=0
  : >"$GROUND/$device.said"
  while [ ! -e "$GROUND/enough" ]; do
    number=$((number + 1))
    : >"$GROUND/$device.part"
    for line in 1 2 3; do
      printf '{"kind": "message", "conversation": "%s", "author": "Ines", "text": "%d.%d of %s", "sent_at": "2025-03-04T10:00:00Z", "id": "%d.%d"}\n' \
        "$device" "$number" "$line" "$device" "$number" "$line" >>"$GROUND/$device.part"
    done
    cat "$GROUND/$device.part" >>"$GROUND/$device.said"
    "$STRONGROOM_BIN/strongroom-agent" import --state "$GROUND/$device" --patience 2 "$GROUND/$device.part" >>"$GROUND/$device.log" 2>&1 || true
  done
}
feeders=()
for device in "${devices[@]}"; do
  feed "$device" &
  feeders+=("$!")
done

seen=()
for number in $(seq "$kills"); do
  sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
  pid="$(cat "$GROUND/server.pid")"
  kill -KILL "$pid" || fail "the server was gone before kill $number: $(tail -n 3 "$GROUND/server.log")"
  while kill -0 "$pid" 2>>"$GROUND/log"; do sleep 0.01; done
  if [ $((number % (kills / 10 + 1))) -eq 0 ] && [ -s "$GROUND/server/capture/witnessed" ]; then
    for ledger in register capture; do
      cp "$GROUND/server/$ledger/witnessed" "$GROUND/seen-$number.$ledger"
      seen+=(--seen "$GROUND/seen-$number.$ledger")
    done
  fi
  if [ $((number % 3)) -eq 0 ]; then # killed before it is ready, too
    setsid "$STRONGROOM_BIN/strongroomd" serve --data "$GROUND/server" --listen "$server_address" --public 127.0.0.1:0 \
      --witness "$witness_name=$witness_url" >>"$GROUND/log" 2>&1 </dev/null &
    sleep "0.0$((RANDOM % 10))"
    kill -KILL "$!" || true
    wait "$!" 2>>"$GROUND/log" || true
  fi
  start_server "${server_address##*:}"
done
touch "$GROUND/enough"
wait "${feeders[@]}"

for device in "${devices[@]}"; do
  agent heartbeat --state "$GROUND/$device" >/dev/null || fail "$device cannot hand over: $(cat "$GROUND/last-error")"
  agent status --state "$GROUND/$device" | says 'every entry has its receipt' || fail "$device waits for receipts"
  lines="$(wc -l <"$GROUND/$device.said")"
  agent import --state "$GROUND/$device" "$GROUND/$device.said" >"$GROUND/again.txt"
  [ "$(import_count "$GROUND/again.txt" duplicate)" = "$lines" ] || fail "$device: not everything was stored before: $(cat "$GROUND/again.txt") $(grep -A1 "^strongroom-agent:" "$GROUND/$device.log" | sort | uniq -c | sort -rn)"
    if grep -qi equivocation "$GROUND/$device.log"; then fail "$device was taken for two"; fi
  printf '%s handed over %d messages\n' "$device" "$lines"
done
stop_in "$GROUND"
run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" "${seen[@]}" >"$GROUND/verify.txt" ||
  fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
printf 'ok: %d kills, %s; the archive holds, with %d checkpoints seen on the way\n' "$kills" \
  "$(sed -n 's/^ *capture entries *\([0-9]*\).*/\1 entries/p' "$GROUND/verify.txt")" "${#seen[@]}"
