#!/usr/bin/env bash
# What an import says and how it ends, whatever it was given: nothing, what nobody understands, a wrong option, no
# server, a person who stops it.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device phone
state="$GROUND/phone"
out="$GROUND/import.txt"

# ends STATUS COMMAND...: with this status.
ends() {
  local want="$1" status=0
  shift
  "$@" >"$out" || status=$?
  [ "$status" -eq "$want" ] || fail "ended with $status, not $want: $*; $(cat "$out") $(cat "$GROUND/last-error" 2>/dev/null)"
}
# holds NAME N: the table's sum.
holds() {
  [ "$(import_count "$out" "$1")" -eq "$2" ] || fail "not $2 $1: $(cat "$out")"
}

line() { printf '{"conversation":{"id":"c","title":"c","kind":"direct"},"author":{"id":"a"},"sent_at":"2025-03-04T10:00:00Z","text":"%s","native_id":"%s"}\n' "$1" "$1"; }
line one >"$GROUND/one.jsonl"
{ line one && line two; } >"$GROUND/two.jsonl"
head -c 4000 /dev/urandom >"$GROUND/noise.bin"

ends 0 agent import --state "$state" -
holds found 0
printf 'ok: an empty standard input is nothing found\n'

must_fail "a zone nobody knows" 'Mars' agent import --state "$state" --zone Europe/Mars "$GROUND/one.jsonl"
must_fail "a class the device may not seal under" 'may not seal under class 9' agent import --state "$state" --class 9 "$GROUND/one.jsonl"

ends 0 agent import --state "$state" "$GROUND/one.jsonl"
holds stored 1
ends 0 agent import --dry-run --state "$state" "$GROUND/two.jsonl"
holds duplicate 1
grep -q '^Nothing was sealed or sent' "$out" || fail "a dry run does not say so: $(cat "$out")"
ends 0 agent import --dry-run "$GROUND/two.jsonl"
holds duplicate 0
printf 'ok: a dry run knows what the device has stored, if it is told which\n'

ends 2 agent import --dry-run "$GROUND/noise.bin"
grep -q 'what an import keeps' "$out" || fail "a dry run says that it kept something: $(cat "$out")"
ends 2 agent import --state "$state" "$GROUND/noise.bin"
holds refused 1
grep -q 'To do: ' "$out" || fail "nobody says what to do: $(cat "$out")"
printf 'ok: what nobody understands is kept, and said with the status 2\n'

# The program stops at a pipe nobody writes to, and a person stops it.
mkfifo "$GROUND/never"
sleep 60 >"$GROUND/never" &
sleeper=$!
"$STRONGROOM_BIN/strongroom-agent" import --state "$state" - <"$GROUND/never" >"$out" 2>"$GROUND/stopped.txt" &
importer=$!
sleep 2
kill -TERM "$importer"
status=0
wait "$importer" || status=$?
kill "$sleeper"
[ "$status" -eq 143 ] || fail "a stopped import ended with $status"
grep -q 'Run the same command again' "$GROUND/stopped.txt" || fail "a stopped import says: $(cat "$GROUND/stopped.txt")"
printf 'ok: a stopped import says what to do\n'

kill -KILL "$(cat "$GROUND/server.pid")"
ends 1 agent import --state "$state" "$GROUND/two.jsonl"
holds stored 1
holds duplicate 1
printf 'ok: without a server the table is printed, and everything is sealed\n'
