#!/usr/bin/env bash
# More connections than the server may open files: peers that say nothing, that begin a handshake and stop, and that
# speak something else. It goes on writing what it took, keeps its memory, and is there for everybody afterwards.
# Usage: crowd_test.sh BIN     CROWD in the environment: how many connections, 1200 unless told
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$1"
connections="${CROWD:-1200}"
limit=400 # open files of the server: far fewer
found_archive
new_device device
agent import --state "$GROUND/device" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -gt $((connections + 100)) ] || ulimit -n $((connections + 100)) ||
  fail "this shell may not open $connections connections"
stop_in "$GROUND"
start_witness "${witness_url##*:}"
if (ulimit -n 200 && exec "$STRONGROOM_BIN/strongroomd" serve --data "$GROUND/server" --listen 127.0.0.1:0 --public 127.0.0.1:0) \
  >>"$GROUND/log" 2>"$GROUND/last-error"; then
  fail "a server without descriptors to spare starts"
fi
grep -q 'files only' "$GROUND/last-error" || fail "it does not say why it does not start: $(cat "$GROUND/last-error")"
serve="$STRONGROOM_BIN/strongroomd"
printf '#!/usr/bin/env bash\nulimit -n %d\nexec %q "$@"\n' "$limit" "$serve" >"$GROUND/limited" && chmod +x "$GROUND/limited"
STRONGROOM_SERVER="$GROUND/limited" start_server "${server_address##*:}"
pid="$(cat "$GROUND/server.pid")"
memory_kib() { sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status"; }
before="$(memory_kib)"
[ -n "$before" ] || fail "the memory of the server cannot be read"

trap '' PIPE # a peer that hangs up is none of ours
crowd=()
for number in $(seq "$connections"); do
  address="$server_address"
  [ $((number % 4)) -ne 0 ] || address="$public_address"
  if ! exec {peer}<>"/dev/tcp/${address%:*}/${address##*:}"; then continue; fi 2>>"$GROUND/log"
  crowd+=("$peer")
  case $((number % 3)) in
    1) printf '\x16\x03\x01\x02\x00\x01\x00' >&"$peer" || true ;;
    2) printf 'GET / HTTP/1.1\r\nHost: a' >&"$peer" || true ;;
  esac 2>>"$GROUND/log"
done
[ "${#crowd[@]}" -gt "$limit" ] || fail "the crowd is of ${#crowd[@]} only"
kill -0 "$pid" || fail "the server is gone: $(tail -n 3 "$GROUND/server.log")"
printf '{"kind": "message", "conversation": "Quay", "author": "Ines", "text": "amid the crowd", "sent_at": "2025-03-04T10:00:00Z"}\n' \
  >"$GROUND/amid.jsonl"
agent import --state "$GROUND/device" --patience 2 "$GROUND/amid.jsonl" >"$GROUND/amid.txt" || true # sealed, sent or waiting
after="$(memory_kib)"
[ $((after - before)) -lt 200000 ] || fail "the crowd cost $((after - before)) KiB of memory"
printf 'ok: %d connections, %d open files at most: memory grew from %d by %d KiB\n' "${#crowd[@]}" "$limit" "$before" $((after - before))

for peer in "${crowd[@]}"; do exec {peer}>&-; done
handed_over=no
for try in $(seq 30); do
  if agent heartbeat --state "$GROUND/device" >/dev/null; then
    handed_over=yes
    break
  fi
  sleep 1
done
[ "$handed_over" = yes ] || fail "nobody gets in after the crowd: $(cat "$GROUND/last-error")"
agent status --state "$GROUND/device" | says 'every entry has its receipt' || fail "something was lost in the crowd"
[ "$pid" = "$(cat "$GROUND/server.pid")" ] && kill -0 "$pid" || fail "the server did not survive"
as ana status --json >/dev/null
stop_in "$GROUND"
run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
  fail "the archive does not hold afterwards: $(cat "$GROUND/verify.txt")"
printf 'ok: it serves again as soon as they are gone, and the archive holds\n'
