#!/usr/bin/env bash
# `strongroom doctor hosts` against services on loopback that leave their doors open, and some that do not: each is named
# for what it is, nothing is done that only an intruder would do, and nothing that is not on the list is touched.
# Usage: hosts_test.sh BIN DOORS
set -euo pipefail
bin="$1" doors="$2"
work="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-doctor.XXXXXX")"
mkfifo "$work/hold"
"$doors" <"$work/hold" >"$work/doors" 2>"$work/errors" &
doors_pid=$!
exec 9>"$work/hold"
ended() {
  exec 9>&-
  kill "$doors_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap ended EXIT

fail() {
  printf 'FAILED: %s\n---- report ----\n%s\n' "$*" "$(cat "$work/report" 2>/dev/null)" >&2
  exit 1
}
port() { sed -n "s/^door $1 //p" "$work/doors"; }
until grep -q '^ready' "$work/doors"; do
  kill -0 "$doors_pid" 2>/dev/null || fail "the doors: $(cat "$work/errors")"
  sleep 0.05
done

# expect STATUS ARGUMENTS...: the report in $work/report
expect() {
  local wanted="$1" status=0
  shift
  "$bin/strongroom" doctor hosts "$@" >"$work/report" 2>"$work/errors" </dev/null || status=$?
  [ "$status" = "$wanted" ] || fail "exit $status, not $wanted: $* $(cat "$work/errors")"
}
found() { # found DOOR CODE SEVERITY: the door has this finding
  grep -qE "^$3 +127\.0\.0\.1:$(port "$1")  $2: " "$work/report" || fail "$1: no $3 $2"
}
worst() { # worst DOOR SEVERITY: nothing worse than this was found there
  local lines
  lines="$(grep -F "127.0.0.1:$(port "$1") " "$work/report")" || fail "$1: nothing"
  case "$2" in
    ADVICE) if grep -E '^(CRITICAL|WARNING|NOT SEEN)' <<<"$lines"; then fail "$1 is accused"; fi ;;
    WARNING) if grep -E '^(CRITICAL|NOT SEEN)' <<<"$lines"; then fail "$1 is accused"; fi ;;
  esac
}

# ---- without a list, or with one that says too much, nothing is done ----
expect 3
expect 3 "$work/no-such-list"
printf '# nobody\n' >"$work/list" && expect 3 "$work/list"
printf '127.0.0.0/8\n' >"$work/list" && expect 3 "$work/list"
grep -q 'line 1' "$work/errors" || fail "the line is not named: $(cat "$work/errors")"

# ---- everything at once ----
{
  printf '# what we answer for\n'
  for name in listing elastic actuator actuator-quiet web imap-open imap pop3 smtp-relay smtp ftp redis tls-old tls-listing \
    tls flood silent redirect; do
    printf '127.0.0.1:%s # %s\n' "$(port "$name")" "$name"
  done
} >"$work/list"
expect 2 "$work/list" --wait 0.5 --at-a-time 32
found listing http-directory-listing CRITICAL
found elastic elasticsearch-open CRITICAL
found actuator actuator-heapdump CRITICAL
found actuator-quiet actuator-heapdump CRITICAL
found imap-open imap-preauth CRITICAL
found imap-open imap-open CRITICAL
found pop3 pop3-login-without-tls WARNING
found smtp-relay smtp-open-relay CRITICAL
found ftp ftp-anonymous CRITICAL
found redis redis-open CRITICAL
found tls-old tls-old WARNING
found tls-old tls-certificate-expired WARNING
found tls-listing http-directory-listing CRITICAL
found flood unknown-service WARNING
found silent unknown-service WARNING
for name in web imap smtp tls redirect; do worst "$name" ADVICE; done
worst pop3 WARNING
grep -qE '^CRITICAL' <<<"$(head -n 1 "$work/report")" || fail "the worst does not come first"
grep -q '127.0.0.1  ports: 18 open, 0 closed, 0 without an answer' "$work/report" || fail "the summary"
printf 'ok: %s critical findings, each at its door\n' "$(grep -c ^CRITICAL "$work/report")"

# ---- the same for a program ----
expect 2 "$work/list" --wait 0.5 --at-a-time 32 --json
grep -q '^{"exit": 2, "findings": \[{"severity": "critical"' "$work/report" || fail "the JSON"

# ---- one innocent host: nothing to do ----
printf '127.0.0.1:%s,%s\n' "$(port imap)" "$(port smtp)" >"$work/list"
expect 0 "$work/list" --wait 0.5
printf '127.0.0.1:%s\n' "$(port pop3)" >"$work/list"
expect 1 "$work/list" --wait 0.5
printf 'no-such-host.invalid:22\n' >>"$work/list"
expect 3 "$work/list" --wait 0.5
grep -q '^NOT SEEN  no-such-host.invalid  host-unknown' "$work/report" || fail "a host without an address"

if grep FORBIDDEN "$work/doors"; then fail "what only an intruder does"; fi
printf 'ok: nothing was read, sent or touched that is not on the list\n'
