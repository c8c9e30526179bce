# Sourced: a whole archive in one directory. People, server, witness and device are processes and directories of their
# own; nobody's passphrase is read by anybody else's program. Needs STRONGROOM_BIN and GROUND (an absolute directory).

ground_fail() {
  printf '%s\n' "$*" >&2
  printf 'The whole log is %s\n' "$GROUND/log" >&2
  exit 1
}

# run_logged COMMAND...: its output goes to the caller; command, output and errors stay in the log. With PATIENCE_S it
# is killed after so many seconds (status 137).
run_logged() {
  local status=0 errors
  printf '\n$ %s\n' "$*" >>"$GROUND/log"
  errors="$(mktemp "$GROUND/errors.XXXXXX")"
  ${PATIENCE_S:+timeout --signal=KILL "$PATIENCE_S"} "$@" 2>"$errors" </dev/null | tee -a "$GROUND/log" || status=$?
  cat "$errors" >>"$GROUND/log"
  if [ "$status" -ne 0 ]; then cp "$errors" "$GROUND/last-error"; fi
  rm -f "$errors"
  return "$status"
}

# json_value NAME: the first string or number of this name in the one JSON object on standard input.
json_value() { sed -n "s/.*\"$1\": *\"\\{0,1\\}\\([^\",}]*\\)\"\\{0,1\\}.*/\\1/p" | head -n 1; }

# A text as a JSON string. Our texts hold no control characters but newlines and tabs.
json_string() {
  local text="$1"
  text="${text//\\/\\\\}"
  text="${text//\"/\\\"}"
  text="${text//$'\n'/\\n}"
  text="${text//$'\t'/\\t}"
  printf '"%s"' "${text//$'\r'/}"
}

# ---- people -----------------------------------------------------------------------------------------------------

# person_new SHORT NAME: a home with a keystore and a random passphrase. Real people type theirs.
person_new() {
  local home="$GROUND/people/$1"
  mkdir -p "$home"
  (umask 077 && head -c 18 /dev/urandom | base64 >"$home.passphrase")
  run_logged "$STRONGROOM_BIN/strongroom" key new --name "$2" --cost low --json \
    --home "$home" --passphrase-file "$home.passphrase" >/dev/null
}

# as SHORT COMMAND...: strongroom, by this person.
as() {
  local home="$GROUND/people/$1"
  shift
  run_logged "$STRONGROOM_BIN/strongroom" "$@" --home "$home" --passphrase-file "$home.passphrase"
}

# agent COMMAND...: the program on the device.
agent() { run_logged "$STRONGROOM_BIN/strongroom-agent" "$@"; }

# ---- server and witness -----------------------------------------------------------------------------------------

# serve_in_background NAME COMMAND...: its ready line in $GROUND/NAME.ready, its number in $GROUND/NAME.pid.
serve_in_background() {
  local name="$1" tries=0
  shift
  printf '\n$ %s &\n' "$*" >>"$GROUND/log"
  : >"$GROUND/$name.ready"
  setsid "$@" >"$GROUND/$name.ready" 2>>"$GROUND/$name.log" </dev/null &
  printf '%s\n' "$!" >"$GROUND/$name.pid"
  until grep -q '"ready"' "$GROUND/$name.ready"; do
    kill -0 "$(cat "$GROUND/$name.pid")" 2>/dev/null || ground_fail "$name ended: $(tail -n 3 "$GROUND/$name.log")"
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || ground_fail "$name was not ready within 30 seconds"
    sleep 0.1
  done
}

# stop_in DIRECTORY [SIGNAL]: ends what an earlier run started there; only programs of ours are touched.
stop_in() {
  local file pid tries
  for file in "$1"/server.pid "$1"/witness.pid; do
    [ -f "$file" ] || continue
    pid="$(cat "$file")"
    rm -f "$file"
    case "$(readlink "/proc/$pid/exe" 2>/dev/null)" in
      */strongroomd* | */strongroom-witness*) kill "-${2:-TERM}" "$pid" 2>/dev/null || true ;;
      *) continue ;;
    esac
    for tries in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  done
}

start_witness() {
  serve_in_background witness "$STRONGROOM_BIN/strongroom-witness" serve --data "$GROUND/witness" --listen "127.0.0.1:${1:-0}"
  witness_url="$(json_value url <"$GROUND/witness.ready")"
}

# start_server [PORT]: sets server_address and public_address.
start_server() {
  serve_in_background server "${STRONGROOM_SERVER:-$STRONGROOM_BIN/strongroomd}" serve --data "$GROUND/server" --listen "127.0.0.1:${1:-0}" \
    --public 127.0.0.1:0 --witness "$witness_name=$witness_url" ${SERVE_OPTIONS:-}
  server_address="$(json_value listen <"$GROUND/server.ready")"
  public_address="$(json_value public <"$GROUND/server.ready")"
}

# ---- the founding -----------------------------------------------------------------------------------------------

witness_name="witness.port-lanvaur.example.org"

make_server_keys() {
  mkdir -p "$GROUND/server" "$GROUND/witness"
  run_logged "$STRONGROOM_BIN/strongroomd" init --data "$GROUND/server" --origin archive.port-lanvaur.example.org \
    >"$GROUND/server.names"
  run_logged "$STRONGROOM_BIN/strongroom-witness" init --data "$GROUND/witness" --name "$witness_name" >"$GROUND/witness.names"
  local ledger
  for ledger in register capture; do
    run_logged "$STRONGROOM_BIN/strongroom-witness" add-log --data "$GROUND/witness" \
      --vkey "$(json_value "${ledger}_vkey" <"$GROUND/server.names")" >/dev/null
  done
}

# hold_genesis SHORT=ROLES...: members in this order (numbered from 1); 2 trustees must act together.
hold_genesis() {
  local member members=()
  for member in "$@"; do members+=(--member "$GROUND/people/${member%%=*}/member=${member#*=}"); done
  run_logged "$STRONGROOM_BIN/strongroom" genesis draft "${members[@]}" --k 2 --class 1=ordinary:120 \
    --register-vkey "$(json_value register_vkey <"$GROUND/server.names")" \
    --capture-vkey "$(json_value capture_vkey <"$GROUND/server.names")" \
    --server-pin "$(json_value server_pin <"$GROUND/server.names")" \
    --witness "$witness_name=$(json_value vkey <"$GROUND/witness.names")" ${GENESIS_OPTIONS:-} --out "$GROUND/genesis.draft" >/dev/null
  for member in "$@"; do
    case "${member#*=}" in
      *trustee*) as "${member%%=*}" genesis sign "$GROUND/genesis.draft" --yes >/dev/null ;;
    esac
  done
}

# finish_genesis HOST:PORT: the roster for the server, the card for everybody. The address is on the card alone.
finish_genesis() {
  run_logged "$STRONGROOM_BIN/strongroom" genesis finish "$GROUND/genesis.draft" --server "$1" \
    --out-roster "$GROUND/genesis.roster" --out-card "$GROUND/archive.card" >"$GROUND/genesis.json"
}

# open_archive: the server adopts the genesis; server and witness run.
open_archive() {
  finish_genesis 127.0.0.1:1 # the port is known only once the server listens
  run_logged "$STRONGROOM_BIN/strongroomd" adopt --data "$GROUND/server" --genesis "$GROUND/genesis.roster" \
    >"$GROUND/adopted.json"
  start_witness
  start_server
  finish_genesis "$server_address"
}

# enrol_device STATE CUSTODIAN OFFICER SECOND SECOND_NUMBER: invitation, enrolment, two signatures.
enrol_device() {
  as "$3" device invite --countersigner "$5" --class 1 --out "$GROUND/device.invitation" --json >"$GROUND/invitation.json"
  agent enrol "$GROUND/device.invitation" --state "$GROUND/$1" >"$GROUND/enrol.txt"
  as "$3" device pending --json >"$GROUND/pending.json"
  as "$3" device confirm "$(json_value invitation <"$GROUND/invitation.json")" --custodian "$2" --yes --json >/dev/null
  as "$4" device confirm "$(json_value invitation <"$GROUND/invitation.json")" --yes --json >"$GROUND/enrolled.json"
}
