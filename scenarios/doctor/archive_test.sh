#!/usr/bin/env bash
# `strongroom doctor archive`, `here` and `hosts` on an archive of its own: a healthy one raises no alarm, and each thing
# that is broken is named. Usage: archive_test.sh BIN
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../end_to_end/stage.sh" "$1"

expect() { # expect STATUS COMMAND...: the report in $GROUND/report
  local wanted="$1" status=0
  shift
  "$@" >"$GROUND/report" 2>>"$GROUND/log" || status=$?
  [ "$status" = "$wanted" ] || fail "exit $status, not $wanted: $* $(cat "$GROUND/report")"
}
found() { grep -qE "$1" "$GROUND/report" || fail "not found: $1 in $(cat "$GROUND/report")"; }
absent() { if grep -qE "$1" "$GROUND/report"; then fail "found: $1 in $(cat "$GROUND/report")"; fi; }
doctor() { "$STRONGROOM_BIN/strongroom" doctor "$@" </dev/null; }

for person in grace paul sofia ana bruno margaret nadia; do person_new "$person" "$person"; done
make_server_keys
hold_genesis grace=trustee paul=trustee sofia=trustee ana=officer bruno=officer margaret=approver nadia=reader
open_archive
for person in grace paul sofia nadia; do as "$person" join "$GROUND/archive.card" --yes --json >/dev/null; done

# ---- as a member ----
as grace lots publish --json >/dev/null
as paul lots publish --json >/dev/null
expect 1 as nadia doctor archive --witness "$witness_name=$witness_url"
found "^WARNING +sofia \\(member 3\\)  lots-missing-now: "
as sofia lots publish --json >/dev/null
expect 0 as nadia doctor archive --witness "$witness_name=$witness_url"
found "^ok +witness $witness_name  witness: "
found '^ok +register  lots: '
found '^ok +register  drills: '
found '^ok +server  devices: '
expect 3 as nadia doctor archive --witness "somebody=http://127.0.0.1:1"
printf 'ok: a trustee without lot keys is named, and a healthy archive raises no alarm\n'

# ---- from outside: what is ours is known by its keys ----
for at in "$server_address" "$public_address" "${witness_url#http://}"; do printf '%s\n' "$at"; done >"$GROUND/hosts"
expect 0 doctor hosts "$GROUND/hosts" --home "$GROUND/people/nadia" --wait 1
for port in "${server_address##*:}" "${public_address##*:}" "${witness_url##*:}"; do found "^ok +127.0.0.1:$port  ours: "; done
absent '^(ADVICE|WARNING|NOT SEEN|CRITICAL)'
expect 0 doctor hosts "$GROUND/hosts" --wait 1
absent '  ours: ' # without a roster nothing is
printf 'ok: server, public listener and witness are known by their keys\n'

# ---- from inside ----
run_logged "$STRONGROOM_BIN/strongroomd" backup --data "$GROUND/server" --to "$GROUND/backup" >/dev/null
here() { doctor here --data "$GROUND/server" --data "$GROUND/witness" --data "$GROUND/people/nadia" --backup "$GROUND/backup"; }
here >"$GROUND/report" 2>>"$GROUND/log" || true
found '^WARNING .*/server  directory-open: ' # as mkdir made it
chmod 700 "$GROUND/server" "$GROUND/witness" "$GROUND/people/nadia"
here >"$GROUND/report" 2>>"$GROUND/log" || true # what else this machine lacks is its own affair
for directory in server witness people/nadia; do found "^ok .*/$directory  permissions: "; done
found '^ok .*/server/capture/witnessed  witnessed: '
found "^ok +strongroomd \\(process $(cat "$GROUND/server.pid")\\)  core-dumps-off: "
found "^ok +.*/backup  backup: "
found '/server  sync'
chmod 644 "$GROUND/server/keys/tls"
chmod 777 "$GROUND/witness/state"
expect 2 here
found '^CRITICAL +.*/server/keys/tls  key-readable: '
found '^CRITICAL +.*/witness/state  data-writable: '
chmod 600 "$GROUND/server/keys/tls"
chmod 700 "$GROUND/witness/state"
expect 3 doctor here --data "$GROUND/people"
printf 'ok: keys that others may read, and files that others may change, are named\n'

# ---- a witness that is gone, then the server ----
kill -TERM "$(cat "$GROUND/witness.pid")"
expect 1 as nadia doctor archive --witness "$witness_name=$witness_url"
found "^WARNING +witness $witness_name  witness-unreachable: "
stop_in "$GROUND"
expect 2 as nadia doctor archive
found '^CRITICAL .*  server-unreachable: '
printf 'ok: a witness and a server that do not answer are named\n'
