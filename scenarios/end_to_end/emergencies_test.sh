#!/usr/bin/env bash
# docs/operating/emergencies.md, rehearsed: each of its commands is typed in the situation it is meant for, and the page
# may have no command that was not typed here.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
page="$stage_here/../../docs/operating/emergencies.md"
found_archive
new_device phone
phone="$device_id"
agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
cp "$GROUND/server/capture/checkpoint" "$GROUND/old-checkpoint" 2>/dev/null ||
  cp "$GROUND/server/capture/witnessed" "$GROUND/old-checkpoint"

# read_by COMMITMENT TRUSTEE...: approved, granted, opened by nadia.
read_by() {
  local commitment="$1" trustee
  shift
  as margaret approve "$commitment" --yes --json >/dev/null
  for trustee in "$@"; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
  as nadia open "$commitment" >/dev/null
  as nadia show "$commitment" | says 'demi-charge'
}
verify_server() {
  run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$@" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" ||
    fail "the archive does not hold: $(cat "$GROUND/verify.txt")"
}

# ---- a phone ----------------------------------------------------------------------------------------------------
as ana status | says "${phone:0:8}" || fail "status does not list the device"
as ana device revoke "$phone" --reason stolen --yes --json >/dev/null
must_fail "sealing with the stolen phone" "revoked" \
  agent import --state "$GROUND/phone" --zone Europe/Paris "$exports/whatsapp-iphone"
new_device new-phone
agent import --state "$GROUND/new-phone" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
read_by "$(ask "$phone" | json_value commitment)" grace sofia || fail "what the stolen phone had sealed cannot be read"
read_by "$(ask "$device_id" | json_value commitment)" grace sofia || fail "the new phone's import cannot be read"
printf 'ok: a stolen phone is replaced; what it had sealed is read\n'

# ---- a passphrase, and a keystore's backup ------------------------------------------------------------------------
(umask 077 && printf 'a new passphrase' >"$GROUND/new.passphrase")
as paul key passphrase --new-passphrase-file "$GROUND/new.passphrase" >/dev/null
cp "$GROUND/new.passphrase" "$GROUND/people/paul.passphrase"
cp -a "$GROUND/people/paul" "$GROUND/paul-backup"
rm -rf "$GROUND/people/paul"
must_fail "acting without a keystore" "keystore|no such file|not found" as paul status
cp -a "$GROUND/paul-backup" "$GROUND/people/paul"
as paul lots publish --json >/dev/null
as paul check --percent 100 --json >"$GROUND/check.json"
[ "$(json_value bad <"$GROUND/check.json")" = 0 ] || fail "the restored keystore's shares: $(cat "$GROUND/check.json")"
printf 'ok: a new passphrase; a keystore put back from its backup works as it was\n'

# ---- the server's disk ----------------------------------------------------------------------------------------------
port="${server_address##*:}"
stop_server() { kill -TERM "$(cat "$GROUND/server.pid")" && tail --pid="$(cat "$GROUND/server.pid")" -f /dev/null; }
stop_server
cp -a "$GROUND/server" "$GROUND/copy"
rm -f "$GROUND/copy/"catalogue.sqlite*
rm -rf "$GROUND/server"
cp -a "$GROUND/copy" "$GROUND/server"
verify_server "$GROUND/server"
start_server "$port"
agent import --state "$GROUND/new-phone" --zone Europe/Paris "$exports/whatsapp-iphone" >/dev/null
printf 'ok: the server goes on from its newest copy\n'
run_logged "$STRONGROOM_BIN/strongroomd" backup --data "$GROUND/server" --to "$GROUND/backup" >/dev/null
cp -a "$GROUND/backup" "$GROUND/older-backup"
agent import --state "$GROUND/new-phone" --zone Europe/Paris "$exports/signal-ines-2025-03-04" >/dev/null
run_logged "$STRONGROOM_BIN/strongroomd" backup --data "$GROUND/server" --to "$GROUND/backup" >/dev/null
stop_server
mkdir "$GROUND/safe"
cp -a "$GROUND/server/keys" "$GROUND/safe/keys"
mv "$GROUND/server" "$GROUND/newest"
# Somebody puts an old copy back and says nothing.
cp -a "$GROUND/copy" "$GROUND/server"
start_server "$port"
tail -n 2 "$GROUND/server.log" >"$GROUND/behind.log"
grep -q 'capture ledger: leaves' "$GROUND/behind.log" || fail "an old copy serves as if it were the newest: $(cat "$GROUND/behind.log")"
must_fail "sealing to an old copy" "smaller .* than it has shown before" \
  agent import --state "$GROUND/new-phone" --zone Europe/Paris "$exports/signal-ines-2025-03-04"
stop_server
verify_server "$GROUND/server"
rm -rf "$GROUND/server"
printf 'ok: an older copy answers reading only, devices know it, and it can be verified\n'
run_logged "$STRONGROOM_BIN/strongroomd" restore --from "$GROUND/older-backup" --data "$GROUND/server" --keys "$GROUND/safe/keys" >/dev/null
verify_server "$GROUND/server" --seen "$GROUND/old-checkpoint"
start_server "$port"
must_fail "sealing to a restored server that is behind" "nothing is lost|smaller .* than it has shown before" \
  agent import --state "$GROUND/new-phone" --zone Europe/Paris "$exports/signal-ines-2025-03-04"
stop_server
run_logged "$STRONGROOM_BIN/strongroomd" catch-up --data "$GROUND/server" --from "$GROUND/backup" >/dev/null
start_server "$port"
agent heartbeat --state "$GROUND/new-phone" >/dev/null
verify_server "$GROUND/server" --seen "$GROUND/old-checkpoint" --seen "$GROUND/newest/capture/witnessed"
printf 'ok: a backup put back is behind, catches up from a newer one, and serves\n'

# ---- a trustee and an officer, stolen -----------------------------------------------------------------------------------
commitment="$(ask "$phone" | json_value commitment)"
as grace requests | says "${commitment:0:8}" || fail "the request is not listed"
as bruno stop "$commitment" --yes --json >/dev/null
as bruno stop --all --days 1 --yes --json >/dev/null # bruno leaves below, and with him his orders
commitment="$(ask "$phone" | json_value commitment)"
as margaret approve "$commitment" --yes --json >/dev/null
must_fail "granting while every reading is stopped" "stopped every reading" as grace grant "$commitment" --yes
person_new zoe Zoe
person_new bea Bea
as grace roster show >/dev/null
as ana roster draft --add "$GROUND/people/zoe/member=trustee" --add "$GROUND/people/bea/member=officer" --remove 3 --remove 5 \
  --out "$GROUND/next.roster" >/dev/null
for trustee in grace paul; do as "$trustee" roster sign "$GROUND/next.roster" --yes >/dev/null; done
as ana roster enter "$GROUND/next.roster" --json >/dev/null
cp "$GROUND/next.roster.names" "$GROUND/archive.card.names"
for person in zoe bea; do as "$person" join "$GROUND/archive.card" --yes --json >/dev/null; done
must_fail "acting with the stolen keys" "identity|roster|not known|refused" as sofia status
as zoe lots publish --from 2025-01-01 --json >/dev/null
must_fail "sealing names that one was never told" "not sealed to you" as bea device directory
as ana device directory --json >/dev/null
agent import --state "$GROUND/new-phone" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
read_by "$(ask "$phone" | json_value commitment)" grace paul || fail "the others cannot open what was sealed before"
agent heartbeat --state "$GROUND/new-phone" >/dev/null
printf 'ok: a trustee and an officer replaced; the trustees who stayed open what was sealed before\n'

# ---- a reader's machine, and afterwards -------------------------------------------------------------------------------
last="$(ask "$phone" | json_value commitment)"
as nadia close "$last" --yes --json >/dev/null
must_fail "granting in a case that was closed" "closed|approved" as grace grant "$last" --yes
verify_server "$GROUND/server" --seen "$GROUND/old-checkpoint" --now
as grace check --percent 100 --json >/dev/null

# ---- the page ---------------------------------------------------------------------------------------------------------
# Its commands stand alone on an indented line. Each must be in the log with the same subcommand and all its options.
missing=0 commands=0
while read -r command; do
  commands=$((commands + 1))
  # shellcheck disable=SC2086  # words
  set -- $command
  name="$1" words="" options=() found=no
  shift
  for word in "$@"; do
    case "$word" in
      --*) options+=("$word") ;;
      *[!a-z]*) ;;
      *) [ ${#options[@]} -gt 0 ] || words+=" $word" ;;
    esac
  done
  while read -r typed; do
    found=yes
    for option in ${options[@]+"${options[@]}"}; do [[ " $typed " == *" $option "* ]] || found=no; done
    [ "$found" = no ] || break
  done < <(sed -n "s|^\\$ $STRONGROOM_BIN/$name\\($words .*\\)|\\1|p" "$GROUND/log")
  [ "$found" = yes ] || { printf 'never typed: %s\n' "$command"; missing=1; }
done < <(sed -n 's/^    *\(strongroom[a-z-]* .*\)/\1/p' "$page")
[ "$commands" -ge 20 ] || fail "only $commands commands were found on the page"
[ "$missing" -eq 0 ] || fail "the page has commands that were not rehearsed"
printf 'ok: all %d commands of the page were typed\n' "$commands"
stop_in "$GROUND"
