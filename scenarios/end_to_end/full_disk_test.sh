#!/usr/bin/env bash
# The server's disk is full, then the device's, then the witness's: nothing that was said to be received is lost, the
# error says what is full, and with room again everything goes on as if nothing had been.
# Needs a small file system of its own, so mounts one in a mount namespace; skipped, loudly, where that is not allowed.
set -Eeuo pipefail
if [ -z "${STRONGROOM_OWN_MOUNTS:-}" ]; then
  own=(unshare --mount)
  [ "$(id -u)" -eq 0 ] || own=(unshare --mount --map-root-user)
  if ! "${own[@]}" mount -t tmpfs none /mnt 2>/dev/null; then
    printf 'SKIPPED: no small disk can be mounted here; what a full disk does was not tried\n' >&2
    exit 77
  fi
  STRONGROOM_OWN_MOUNTS=1 exec "${own[@]}" bash "$0" "$@"
fi
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$1"

# disk DIRECTORY SIZE: a small disk. fill DIRECTORY KIB: somebody else's file leaves so much. give_back: it goes.
disk() { mkdir -p "$1" && mount -t tmpfs -o "size=$2,mode=700" strongroom-test "$1"; }
fill() {
  local free
  free="$(df --output=avail -k "$1" | tail -n 1)"
  dd if=/dev/zero of="$1/somebody-elses" bs=1k count="$((free - $2))" status=none
}
small=("$GROUND/server" "$GROUND/witness" "$GROUND/device-disk")
trap 'status=$?; stop_in "$GROUND" KILL; umount -l "${small[@]}" || true; stage_ended "$status"' EXIT
give_back() { rm -f "$1/somebody-elses"; }

# messages NAME COUNT: that many, with enough text to fill something.
messages() {
  local number
  for number in $(seq "$2"); do
    printf '{"kind": "message", "conversation": "%s", "author": "Ines", "text": "%s", "sent_at": "2025-03-04T10:00:00Z", "id": "%s.%d"}\n' \
      "$1" "$(head -c 1500 /dev/urandom | base64 -w 0)" "$1" "$number"
  done >"$GROUND/$1.jsonl"
}
import() { agent import --state "$GROUND/$1" --patience 5 "$GROUND/$2.jsonl"; }
# all_stored DEVICE NAME: the import ends well, and the same again stores nothing.
all_stored() {
  import "$1" "$2" >"$GROUND/then.txt" || fail "with room again: $(cat "$GROUND/last-error")"
  import "$1" "$2" >"$GROUND/again.txt" || fail "again: $(cat "$GROUND/last-error")"
  [ "$(import_count "$GROUND/again.txt" duplicate)" = "$(wc -l <"$GROUND/$2.jsonl")" ] || fail "not everything was stored: $(cat "$GROUND/again.txt")"
  agent status --state "$GROUND/$1" | says 'every entry has its receipt' || fail "$1 waits for receipts"
}
says_full() { grep -qiE 'no space|full' "$@" || fail "nobody says that the disk is full: $(tail -n 5 "$@")"; }
alive() { kill -0 "$(cat "$GROUND/server.pid")" 2>/dev/null; }
server_again() { alive || start_server "${server_address##*:}"; }

disk "$GROUND/server" 64m
disk "$GROUND/witness" 8m
disk "$GROUND/device-disk" 64m
found_archive
new_device device-disk/one
agent heartbeat --state "$GROUND/device-disk/one" >/dev/null
messages before 200
import device-disk/one before >"$GROUND/first.txt"

# ---- the server's
fill "$GROUND/server" 256
messages server 300
if import device-disk/one server >"$GROUND/out.txt"; then fail "300 messages fitted on a full disk"; fi
says_full "$GROUND/server.log" "$GROUND/last-error"
printf 'ok: the server does not thank for what it cannot keep (%s)\n' "$(alive && echo "it goes on" || echo "it ended")"
give_back "$GROUND/server"
server_again
all_stored device-disk/one server
printf 'ok: with room again the server has everything\n'

# ---- the server's, from its start
stop_in "$GROUND"
fill "$GROUND/server" 0
start_witness "${witness_url##*:}"
(serve_in_background server "$STRONGROOM_BIN/strongroomd" serve --data "$GROUND/server" --listen "$server_address" \
  --public 127.0.0.1:0 --witness "$witness_name=$witness_url") >"$GROUND/started.txt" 2>&1 || says_full "$GROUND/started.txt" "$GROUND/server.log"
give_back "$GROUND/server"
server_again
all_stored device-disk/one server
printf 'ok: a server that starts on a full disk loses nothing\n'

# ---- the device's
messages device 300
fill "$GROUND/device-disk" 64
if import device-disk/one device >"$GROUND/out.txt"; then fail "300 messages were sealed on a full disk"; fi
says_full "$GROUND/last-error"
give_back "$GROUND/device-disk"
all_stored device-disk/one device
printf 'ok: a device whose disk is full says so, and goes on with room\n'

# ---- the witness's
messages witness 50
fill "$GROUND/witness" 0
import device-disk/one witness >"$GROUND/out.txt" || true
give_back "$GROUND/witness"
kill -0 "$(cat "$GROUND/witness.pid")" 2>/dev/null || start_witness "${witness_url##*:}"
all_stored device-disk/one witness
printf 'ok: a witness whose disk is full delays receipts, and signs nothing twice\n'

stop_in "$GROUND"
run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
  fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
printf 'ok: the archive holds\n'
