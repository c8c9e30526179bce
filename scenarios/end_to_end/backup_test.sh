#!/usr/bin/env bash
# A backup made while devices are sending, a lost disk, and what comes back: with the real programs.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device tablet
tablet="$device_id"
agent heartbeat --state "$GROUND/tablet" >/dev/null
new_device phone
phone="$device_id"
port="${server_address##*:}"
# The keys are kept apart, from the first day.
cp -a "$GROUND/server/keys" "$GROUND/keys"

back_up() { run_logged "$STRONGROOM_BIN/strongroomd" backup --data "$GROUND/server" --to "$@"; }
put_back() { run_logged "$STRONGROOM_BIN/strongroomd" restore --data "$GROUND/server" "$@" >"$GROUND/restored.txt"; }
stop_server() { kill -TERM "$(cat "$GROUND/server.pid")" && tail --pid="$(cat "$GROUND/server.pid")" -f /dev/null; }
holds() {
  run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$@" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
    fail "$1 does not hold: $(cat "$GROUND/verify.txt")"
}
health() {
  exec 3<>"/dev/tcp/127.0.0.1/${public_address##*:}"
  printf 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&3
  tr -d '\r' <&3 | tail -n 1
  exec 3>&-
}
# field NAME OBJECT: a number of an object in the answer of backup --json.
field() { sed -n "s/.*\"$2\": {[^}]*\"$1\": \\([0-9]*\\).*/\\1/p" "$GROUND/backup.json"; }

# ---- while a device is sending --------------------------------------------------------------------------------------
agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null &
importing=$!
runs=0
while kill -0 "$importing" 2>/dev/null; do
  back_up "$GROUND/backup" --json >"$GROUND/backup.json"
  holds "$GROUND/backup"
  runs=$((runs + 1))
done
wait "$importing" || fail "the import did not come to its end"
back_up "$GROUND/backup" --verify >/dev/null
holds "$GROUND/backup" --now
[ ! -e "$GROUND/backup/keys" ] || fail "the server's keys are in the backup"
printf 'ok: %d backups while a device was sending: each is whole, none has a key\n' "$runs"

# ---- the next one copies what is new --------------------------------------------------------------------------------
agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/whatsapp-iphone" >/dev/null
back_up "$GROUND/backup" --json >"$GROUND/backup.json"
for what in vault_bytes tiles blobs; do
  [ "$(field found $what)" -eq $(($(field copied $what) + $(field already_there $what))) ] ||
    fail "$what: found is not copied and there: $(cat "$GROUND/backup.json")"
done
[ "$(field copied vault_bytes)" -gt 0 ] && [ "$(field already_there vault_bytes)" -gt "$(field copied vault_bytes)" ] ||
  fail "not what an incremental backup copies: $(cat "$GROUND/backup.json")"
printf 'ok: the next run copied %d bytes of %d\n' "$(field copied vault_bytes)" "$(field found vault_bytes)"

# ---- killed in the middle -------------------------------------------------------------------------------------------
agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/signal-ines-2025-03-04" >/dev/null
cp "$GROUND/backup/backup.json" "$GROUND/good.json"
killed=no
for _ in $(seq 50); do
  "$STRONGROOM_BIN/strongroomd" backup --data "$GROUND/server" --to "$GROUND/backup" >/dev/null 2>&1 &
  running=$!
  until [ -e "$GROUND/backup/unfinished" ] || ! kill -0 "$running" 2>/dev/null; do :; done
  kill -KILL "$running" 2>/dev/null || true
  wait "$running" 2>/dev/null || true
  if [ -e "$GROUND/backup/unfinished" ] && cmp -s "$GROUND/good.json" "$GROUND/backup/backup.json"; then
    killed=yes
    break
  fi
  cp "$GROUND/backup/backup.json" "$GROUND/good.json"
done
[ "$killed" = yes ] || fail "no backup could be killed in its middle"
run_logged "$STRONGROOM_BIN/strongroomd" restore --from "$GROUND/backup" --data "$GROUND/trial" >"$GROUND/restored.txt"
grep -q 'a later backup had begun' "$GROUND/log" || fail "the restore does not say that a run was interrupted"
holds "$GROUND/trial"
printf 'ok: kill -9 in the middle of a run leaves the backup before\n'

# ---- a backup that was changed --------------------------------------------------------------------------------------
cp -a "$GROUND/backup" "$GROUND/changed"
segment="$GROUND/changed/vault/capture/0000000000.seg"
listed="$(sed -n 's/.*"vault\/capture\/0000000000.seg", "bytes": \([0-9]*\).*/\1/p' "$GROUND/changed/backup.json")"
there="$(od -An -tu1 -j $((listed / 3)) -N 1 "$segment")"
printf "\\x$(printf '%02x' $((there ^ 1)))" | dd of="$segment" bs=1 seek=$((listed / 3)) conv=notrunc status=none
must_fail "a backup with one byte changed" "not the one that was copied" \
  run_logged "$STRONGROOM_BIN/strongroomd" restore --from "$GROUND/changed" --data "$GROUND/trial-2"
must_fail "restoring over what is there" "not empty" \
  run_logged "$STRONGROOM_BIN/strongroomd" restore --from "$GROUND/backup" --data "$GROUND/trial"

# ---- the disk is lost -----------------------------------------------------------------------------------------------
# After the backup: more was sealed, and got its receipts. An auditor's copy has it.
back_up "$GROUND/older" >/dev/null
agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/signal-ines-2025-04-03" >/dev/null
agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
back_up "$GROUND/newer" >/dev/null
stop_server
mv "$GROUND/server" "$GROUND/lost"
put_back --from "$GROUND/older" --keys "$GROUND/keys"
cp "$GROUND/server/capture/cell" "$GROUND/cell.restored"
start_server "$port"
now="$(health)"
[[ "$now" == *'"status": "behind"'* && "$now" == *capture_witnessed* ]] || fail "the restored server says: $now"
tail -n 3 "$GROUND/server.log" >"$GROUND/behind.log"
grep -qE 'capture ledger: leaves [0-9]+ to [0-9]+' "$GROUND/behind.log" || fail "nothing says what is missing: $(cat "$GROUND/behind.log")"
# A device that has not been here since the backup: told to wait. One that was: it sees that the ledger was set back.
must_fail "sealing to a server that is behind" "nothing is lost" \
  agent import --state "$GROUND/tablet" --zone Europe/Paris "$exports/whatsapp-iphone"
must_fail "sealing for a server that was set back" "smaller .* than it has shown before" \
  agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/whatsapp-iphone"
must_fail "sending to a server that was set back" "smaller .* than it has shown before" agent heartbeat --state "$GROUND/phone"
must_fail "acting on a server that was set back" "behind|smaller" as ana device revoke "$tablet" --reason lost --yes
cmp "$GROUND/cell.restored" "$GROUND/server/capture/cell" || fail "a server that is behind has signed something"
holds "$GROUND/server"
printf 'ok: a restored server that is behind answers reading only, and says what it lacks\n'

# ---- it catches up --------------------------------------------------------------------------------------------------
stop_server
run_logged "$STRONGROOM_BIN/strongroomd" catch-up --data "$GROUND/server" --from "$GROUND/newer" >"$GROUND/caught-up.txt"
grep -q 'The capture ledger took leaves' "$GROUND/caught-up.txt" || fail "nothing was taken: $(cat "$GROUND/caught-up.txt")"
start_server "$port"
now="$(health)"
[[ "$now" == *'"status": "ok"'* ]] || fail "the server that caught up says: $now"
[ ! -e "$GROUND/server/restored" ] || fail "the mark of the restore is still there"
# What waited in the spool arrives, and the other device goes on as if nothing had been.
agent heartbeat --state "$GROUND/tablet" >/dev/null
agent heartbeat --state "$GROUND/phone" >/dev/null
commitment="$(ask "$tablet" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
for trustee in grace sofia; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >/dev/null
shown="$(as nadia show "$commitment")"
[ -n "$shown" ] || fail "what waited in the spool cannot be read"
holds "$GROUND/server" --now --seen "$GROUND/lost/capture/witnessed" --seen "$GROUND/lost/register/witnessed"
back_up "$GROUND/after" >/dev/null
printf 'ok: caught up from the newer copy; what waited arrives; the old checkpoints still hold\n'
stop_in "$GROUND"
