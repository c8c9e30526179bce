# Sourced by run: an archive as in the other scenarios, with a relay before the server and one before the witness that
# write everything down, and with canaries in everything a person writes. Needs what stage.sh gives, and BREACH_BIN.

canaries="$GROUND/canaries"
places="$GROUND/places"
: >"$canaries"
: >"$places"

# background NAME COMMAND...: until end_background NAME.
background() { serve_in_background "$@"; }
end_background() {
  local name pid
  for name in "$@"; do
    [ -f "$GROUND/$name.pid" ] || continue
    pid="$(cat "$GROUND/$name.pid")"
    rm -f "$GROUND/$name.pid"
    disown "$pid" 2>/dev/null || true # or the shell announces its end
    kill -KILL "$pid" 2>/dev/null || continue
    while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
  done
}

# ---- canaries ---------------------------------------------------------------------------------------------------

token() { od -An -N "${1:-6}" -tx1 /dev/urandom | tr -d ' \n'; }

# canary KIND NAME TEXT: remembered, and printed.
canary() {
  printf '%s\t%s\t%s\n' "$1" "$2" "$(printf '%s' "$3" | od -An -v -tx1 | tr -d ' \n')" >>"$canaries"
  printf '%s' "$3"
}

# collect ARGUMENTS...: the secrets that breach_collect can open, each once.
collect() {
  "$BREACH_BIN/breach_collect" "$@" >"$GROUND/collected" || fail "the canaries of $1 ${2:-} could not be collected"
  cat "$GROUND/collected" >>"$canaries"
  rm -f "$GROUND/collected"
}
each_canary_once() { sort -u -o "$canaries" "$canaries"; }

# A person with a name, a passphrase and keys like nobody else's.
breach_person() {
  local full
  full="$(canary names "name of $1" "$2 $(token 4)")"
  person_new "$1" "$full"
  canary login "passphrase of $1" "$(cat "$GROUND/people/$1.passphrase")" >/dev/null
}

# breach_export DIRECTORY LINES: a WhatsApp text export and a file of JSON Lines, every word of them a canary.
breach_export() {
  local directory="$1" lines="$2" which n group chat line attachment
  which="$(basename "$directory")"
  mkdir -p "$directory/whatsapp" "$directory/jsonl"
  group="$(canary names "$which: group" "Quai du Levant $(token 3)")"
  chat="$directory/whatsapp/Discussion WhatsApp avec $group.txt"
  local names=() phones=() mails=()
  for n in 1 2 3 4; do
    names+=("$(canary names "$which: sender $n" "Ysolde Marchetti $(token 3)")")
    phones+=("$(canary names "$which: phone number $n" "+33 6 39 98 $((RANDOM % 90 + 10)) $((RANDOM % 90 + 10))")")
    mails+=("$(canary names "$which: e-mail address $n" "y.$(token 4)@quai-$(token 3).example.org")")
  done
  {
    printf '20/01/2025, 07:55 - %s a créé le groupe "%s"\n' "${names[0]}" "$group"
    n=0
    while read -r drawn; do
      n=$((n + 1))
      # A few texts are remembered one by one; all of them are like nothing else.
      line="Relevé n° $n : ${drawn:0:10} tonnes à ${drawn:10:6}"
      if [ $((n % (lines / 20 + 1))) = 0 ]; then canary names "$which: text $n" "$line" >/dev/null; fi
      printf '%02d/02/2025, 10:%02d - %s: %s\n' $((n % 28 + 1)) $((n % 60)) "${names[$((n % 4))]}" "$line"
      if [ $((n % 10)) = 3 ]; then
        printf '11/02/2025, 11:%02d - %s: écrire à %s\n' $((n % 60)) "${phones[$((n % 4))]}" "${mails[$((n % 4))]}"
      fi
    done < <(head -c $((lines * 8)) /dev/urandom | od -An -v -w8 -tx1 | tr -d ' ')
    for n in 1 2 3; do
      attachment="$(canary names "$which: file name $n" "Constat-$(token 5).pdf")"
      printf '12/02/2025, 09:0%d - %s: %s (fichier joint)\n' "$n" "${names[$n]}" "$attachment"
      breach_attachment "$which: attachment $n" $((n * 40)) >"$directory/whatsapp/$attachment"
    done
  } >"$chat"
  for n in $(seq 10); do
    line="$(canary names "$which: JSON text $n" "Réunion $(token 5) reportée")"
    printf '{"conversation":{"id":"%d","title":"%s"},"author":{"id":"%s","name":"%s","addresses":["%s","%s"]},"sent_at":"2025-02-%02dT10:00:00Z","text":"%s"}\n' \
      "$n" "$(canary names "$which: JSON title $n" "Dossier $(token 5)")" "$n" "${names[$((n % 4))]}" "${mails[$((n % 4))]}" \
      "${phones[$((n % 4))]}" "$((n + 10))" "$line"
  done >"$directory/jsonl/messages.jsonl"
}

# breach_attachment NAME KIB: content that cannot be compressed much, with canaries at its beginning, middle and end.
breach_attachment() {
  printf '%%PDF-1.7 %s\n' "$(canary names "$1, beginning" "Annexe $(token 8)")"
  head -c $(($2 * 512)) /dev/urandom
  canary names "$1, middle" "Page $(token 8)"
  head -c $(($2 * 512)) /dev/urandom
  canary names "$1, end" "Signature $(token 8)"
}

# ---- the archive ------------------------------------------------------------------------------------------------

# start_relay NAME TARGET: sets relay_address; what passes is in $GROUND/traffic-NAME.
start_relay() {
  mkdir -p "$GROUND/traffic-$1"
  printf '%s\n' "$2" >"$GROUND/relay-$1.target"
  background "relay-$1" "$BREACH_BIN/breach_relay" "$GROUND/relay-$1.target" "$GROUND/traffic-$1"
  relay_address="$(json_value listen <"$GROUND/relay-$1.ready")"
}

# Everybody's way to the server leads through the relay, and the server's to the witness too.
open_breach_archive() {
  local direct_witness
  start_relay server 127.0.0.1:1
  card_address="$relay_address"
  finish_genesis "$card_address"
  start_witness
  direct_witness="${witness_url#http://}"
  start_relay witness "${direct_witness%/}"
  witness_url="http://$relay_address"
  adopt_under_observation
  start_server
  printf '%s\n' "$server_address" >"$GROUND/relay-server.target"
}

# The adoption takes some hundredths of a second: the process is held as soon as it runs, looked at, and let go.
adopt_under_observation() {
  local pid tries=0
  "$STRONGROOM_BIN/strongroomd" adopt --data "$GROUND/server" --genesis "$GROUND/genesis.roster" \
    >"$GROUND/adopted.json" 2>>"$GROUND/log" &
  pid=$!
  until [ -e "$GROUND/server/register/cell" ] || [ $((tries += 1)) -gt 2000 ]; do :; done
  if kill -STOP "$pid" 2>/dev/null && take "a genesis being adopted" --process "strongroomd-adopt=$pid" \
    --process "strongroom-witness=$(cat "$GROUND/witness.pid")" --tree "strongroomd=$GROUND/server" \
    --tree "strongroom-witness=$GROUND/witness"; then
    :
  else
    printf 'The adoption was over before it could be looked at.\n' >>"$GROUND/log"
  fi
  kill -CONT "$pid" 2>/dev/null || true
  wait "$pid" || fail "the genesis was not adopted"
}

# ---- what the thief takes ---------------------------------------------------------------------------------------

moments=0
# take LABEL WHAT...: one moment; every place goes to the list of places, the sums to taken.jsonl.
take() {
  local label="$1"
  shift
  moments=$((moments + 1))
  "$BREACH_BIN/breach_take" --out "$GROUND/taken/$moments" --places "$places" --label "$moments. $label" "$@" \
    >>"$GROUND/taken.jsonl" 2>"$GROUND/take-error" && return 0
  cat "$GROUND/take-error" >>"$GROUND/log"
  return 1
}

take_servers() {
  take "$1" --process "strongroomd=$(cat "$GROUND/server.pid")" --process "strongroom-witness=$(cat "$GROUND/witness.pid")" \
    --tree "strongroomd=$GROUND/server" --tree "strongroom-witness=$GROUND/witness" \
    --log "strongroomd=$GROUND/server.log" --log "strongroom-witness=$GROUND/witness.log" \
    --log "strongroomd-output=$GROUND/server.ready" --log "strongroom-witness-output=$GROUND/witness.ready" ||
    fail "not everything could be taken: $(cat "$GROUND/take-error")"
}

# steal NAME: copies of the server's and the witness's data as they are at this one moment, keys included.
steal() {
  local running=() name
  for name in server witness; do
    if [ -f "$GROUND/$name.pid" ]; then running+=("$(cat "$GROUND/$name.pid")"); fi
  done
  kill -STOP "${running[@]}"
  cp -r "$GROUND/server" "$GROUND/$1"
  cp -r "$GROUND/witness" "$GROUND/$1.witness"
  kill -CONT "${running[@]}"
}

# under_way NAME COMMAND...: runs in the background; its mark stands while it runs.
under_way() {
  local name="$1"
  shift
  mkdir -p "$GROUND/under-way"
  : >"$GROUND/under-way/$name"
  (
    trap - EXIT
    status=0
    "$@" >"$GROUND/under-way.out.${name// /-}" || status=$?
    rm -f "$GROUND/under-way/$name"
    exit "$status"
  ) &
  acts+=("$!")
}

# observe [NAME]: takes moments until that act is over, or every act. Each moment is labelled with what ran before it began
# and still ran when it ended, which is remembered in seen-under-way.
observe() {
  local before during pid
  while before="$(ls "$GROUND/under-way")" && [ -n "$before" ] && [ -e "$GROUND/under-way/${1:-}" ]; do
    if [ "$moments" -ge "$moments_max" ] && [ $# -eq 0 ]; then # the disk has an end
      sleep 0.2
      continue
    fi
    take_servers "MOMENT"
    during="$(comm -12 <(printf '%s\n' "$before") <(ls "$GROUND/under-way") | paste -sd, | sed 's/,/, /g')"
    sed -i "s/$moments\\. MOMENT/$moments. during ${during:-nothing}/" "$places" "$GROUND/taken.jsonl"
    printf '%s\n' "$during" >>"$GROUND/seen-under-way"
    sleep "$observe_pause"
  done
  [ $# -eq 0 ] || return 0
  for pid in "${acts[@]}"; do wait "$pid" || fail "something that was under way failed (see the log)"; done
  acts=()
}
acts=()

# must_have_seen NAME...: each was under way at some moment, or the run is void.
must_have_seen() {
  local name
  for name in "$@"; do
    grep -qxF "$name" <<<"$(sed 's/, /\n/g' "$GROUND/seen-under-way")" && continue
    printf 'VOID: nothing was taken during %s\n' "$name" >&2
    exit 3
  done
}
