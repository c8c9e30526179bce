# Sourced by run: the thief tries what he has. Each attempt is driven through the real programs, on the address everybody
# knows (the relay is turned to the thief's server), and is caught by one of them in its own words, or the test fails.

attempts="$GROUND/attempts.jsonl"
: >"$attempts"
uncaught=0

# attempt NAME WHAT_IS_DONE WHO_CATCHES PATTERN COMMAND...: it must fail, and the words that refuse it match the pattern.
attempt() {
  local name="$1" did="$2" by="$3" pattern="$4" outcome=caught words
  shift 4
  rm -f "$GROUND/last-error"
  if "$@" >"$GROUND/attempt.out"; then outcome="not caught"; fi
  words="$(cat "$GROUND/last-error" "$GROUND/attempt.out" 2>/dev/null | grep -iE -A1 -- "$pattern" | sed '/^--$/d' | head -n 3 || true)"
  if [ -z "$words" ]; then
    outcome="not caught"
    words="$(cat "$GROUND/last-error" "$GROUND/attempt.out" 2>/dev/null | tail -n 6 || true)"
  fi
  printf '{"name":%s,"did":%s,"by":%s,"outcome":"%s","words":%s}\n' "$(json_string "$name")" "$(json_string "$did")" \
    "$(json_string "$by")" "$outcome" "$(json_string "$words")" >>"$attempts"
  printf '  %-10s  %s\n              %s: %s\n' "$outcome" "$name" "$by" "$(head -n 1 <<<"$words")"
  if [ "$outcome" != caught ]; then uncaught=$((uncaught + 1)); fi
}

hex_of() { od -An -v -tx1 "$1" | tr -d ' \n'; }
verify_copy() { # verify_copy DIRECTORY [OPTION...]
  local directory="$1"
  shift
  run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$directory" --archive "$GROUND/archive.card" "$@"
}
forge() { run_logged "$BREACH_BIN/breach_forge" "$@"; }

# thief_serves DIRECTORY [OPTION...]: on everybody's address, by a strongroomd that heeds no witness when it starts.
thief_serves() {
  local directory="$1"
  shift
  background thief "$BREACH_BIN/breach_server" "$directory" "$@"
  json_value listen <"$GROUND/thief.ready" >"$GROUND/relay-server.target"
}
thief_ends() {
  end_background thief
  printf '%s\n' "$server_address" >"$GROUND/relay-server.target"
}

run_attempts() {
  printf '\nWhat the thief tries:\n'
  try_to_log_in
  try_to_send_again
  try_forks
  ask_for_what_nobody_approves
  end_background server
  try_to_impersonate
  try_to_roll_back
  try_to_change_the_vault
  try_to_write_into_the_ledgers
  if [ "$short" = no ]; then try_to_withhold_freshness; fi
  printf '  %d of %d attempts caught\n' "$(($(wc -l <"$attempts") - uncaught))" "$(wc -l <"$attempts")"
  [ "$uncaught" -eq 0 ]
}

try_to_log_in() {
  cp -r "$GROUND/first" "$GROUND/first.impostor"
  forge replace "$GROUND/first.impostor/keys" \
    "$("$BREACH_BIN/breach_collect" device d "$GROUND/first" | sed -n 's/.*: tls\t//p')" "$(hex_of "$GROUND/server/keys/tls")"
  attempt "Log in as a device with the server's TLS key" \
    "A device's directory in which the TLS key is the server's stolen one; strongroom-agent connects to the real server." \
    "strongroomd" "403" agent import --state "$GROUND/first.impostor" --zone UTC "$GROUND/export-extra/jsonl"
}

# What clients have sent so far stands in the relay's records. None of it may do anything a second time.
try_to_send_again() {
  attempt "Send recorded connections again" \
    "The client's side of the last recorded connections, byte for byte, to the real server: imports, approvals and grants are among them." \
    "strongroomd" "nothing was taken" send_again
}
# What the ledgers hold of captured entries, requests, approvals and grants; refusals may be entered meanwhile.
taken_so_far() {
  exec 3<>"/dev/tcp/${public_address%:*}/${public_address##*:}"
  printf 'GET /health HTTP/1.1\r\nHost: archive\r\nConnection: close\r\n\r\n' >&3
  sed -n 's/.*"capture": *\([0-9]*\).*/\1 captured entries/p' <&3
  exec 3>&-
  as nadia requests --json
}
send_again() {
  attempt "Send recorded connections again" \
    "The client's side of the last recorded connections, byte for byte, to the real server: imports, approvals and grants are among them." \
    "strongroomd" "nothing was taken" send_again
}
ledger_sizes() {
  exec 3<>"/dev/tcp/${public_address%:*}/${public_address##*:}"
  printf 'GET /health HTTP/1.1\r\nHost: archive\r\nConnection: close\r\n\r\n' >&3
  tail -n 1 <&3
  exec 3>&-
}
send_again() {
  local before after file sent=0
  before="$(taken_so_far)"
  while read -r file; do
    exec 3<>"/dev/tcp/${server_address%:*}/${server_address##*:}"
    cat "$file" >&3 2>>"$GROUND/log" || true
    timeout 2 cat <&3 >"$GROUND/answered-again" || true
    exec 3>&-
    sent=$((sent + 1))
  done < <(find "$GROUND/traffic-server" -name '*.requests' -size +1k | sort -V | tail -n 60)
  after="$(taken_so_far)"
  printf '%d connections sent again\nbefore: %s\nafter: %s\n' "$sent" "$before" "$after" >>"$GROUND/log"
  [ "$before" = "$after" ] && [ "$sent" -gt 10 ] || return 0
  printf '%d connections were sent again and nothing was taken: a handshake of TLS 1.3 holds once\n' "$sent"
  return 1
}

# The thief's server and the real one part at the moment of the theft. Grace sees how the real one goes on.
try_forks() {
  steal forked
  cp -r "$GROUND/first" "$GROUND/first.forked"
  agent import --state "$GROUND/first" --zone UTC "$GROUND/export-extra/jsonl" >/dev/null
  as grace status >/dev/null

  thief_serves "$GROUND/forked"
  attempt "Fork the capture ledger and hand out receipts" \
    "strongroomd with every stolen key goes on from the stolen data and takes new messages of a device that has seen nothing newer. It has no witness." \
    "strongroom-agent" "witnesses have not signed" \
    agent import --state "$GROUND/first.forked" --zone UTC --patience 3 "$GROUND/export-other/jsonl"
  thief_ends
  attempt "Have the fork signed by the witness" \
    "The forked ledger's checkpoint, signed with the stolen ledger key, is sent to the real witness." \
    "strongroom-witness" "a witness (has|refuses)" forge cosign "$GROUND/forked" "$witness_name=$witness_url"
  background thief-witness "$STRONGROOM_BIN/strongroom-witness" serve --data "$GROUND/forked.witness" --listen 127.0.0.1:0
  thief_serves "$GROUND/forked" --witness "$witness_name=$(json_value url <"$GROUND/thief-witness.ready")"
  agent import --state "$GROUND/first.forked" --zone UTC "$GROUND/export-other/jsonl" >/dev/null ||
    printf 'The device that had seen nothing newer was not deceived either.\n' >>"$GROUND/log"
  attempt "Fork with the witness's key stolen too" \
    "The same fork, cosigned by a second strongroom-witness with the stolen key: here the only witness is the thief's. A device that saw nothing newer believes it; a trustee who saw the other branch does not." \
    "strongroom (a trustee)" "two histories|continuation|smaller" as grace status
  end_background thief-witness
  thief_ends
}

ask_for_what_nobody_approves() {
  as nadia request --case "Affaire sans suite" --basis "Ordonnance" --device "$(cat "$GROUND/first.id")" --class 1 \
    --from 2025-01-01 --to "$(date -u +%F)" --yes --json >"$GROUND/forged.json"
  unapproved="$(json_value commitment <"$GROUND/forged.json")"
  as grace status >/dev/null
}

try_to_impersonate() {
  steal impostor
  head -c 32 /dev/urandom >"$GROUND/impostor/keys/tls"
  thief_serves "$GROUND/impostor"
  attempt "Impersonate the server without its TLS key" \
    "strongroomd on a full copy of the data with a TLS key of the thief's own, on the server's address." \
    "strongroom (a trustee)" "not the pinned one" as grace status
  thief_ends
  found_thieves_archive
  attempt "Swap the roster, shown to a trustee" \
    "The thief founds an archive with trustees of his own under the server's stolen keys, lists the victim in it, and serves it on the same address." \
    "strongroom (a trustee)" "witness|archive|genesis" as grace status
  if [ "$short" = no ]; then show_a_newcomer; fi
  end_background thief-witness
  thief_ends
}

# Takes its patience: a minute.
show_a_newcomer() {
  cp -r "$GROUND/people/grace" "$GROUND/people/newcomer"
  cp "$GROUND/people/grace.passphrase" "$GROUND/people/newcomer.passphrase"
  rm -r "$GROUND/people/newcomer/replica"
  attempt "Swap the roster, shown to somebody new" \
    "The same, to somebody who has never seen the register and holds nothing but the archive card." \
    "strongroom (a newcomer)" "archive|genesis|witness" as newcomer status
}

try_to_roll_back() {
  attempt "Roll the archive back, with the server's own program" \
    "strongroomd itself, unchanged, with every stolen key on the data directory as it was after the first import; the real witness answers it." \
    "strongroomd" "capture ledger: leaves" serve_what_was
  thief_serves "$GROUND/early"
  attempt "Roll the archive back, shown to a trustee" \
    "strongroomd with every stolen key on the data directory as it was after the first import." \
    "strongroom (a trustee)" "smaller" as grace status
  attempt "Roll the archive back, shown to a device" "The same server, and the device that has sealed since." \
    "strongroom-agent" "smaller" \
    agent import --state "$GROUND/first" --zone UTC --patience 3 "$GROUND/export-extra/jsonl"
  thief_ends
  attempt "Roll the archive back, shown to an auditor" \
    "The old data directory, checked against the checkpoint the auditor kept from the last check." \
    "strongroom-verify" "set back" verify_copy "$GROUND/early" --seen "$GROUND/server/register/witnessed"
}

# Its own words, when it has met the witness.
serve_what_was() {
  cp -r "$GROUND/early" "$GROUND/early.served"
  background honest "$STRONGROOM_BIN/strongroomd" serve --data "$GROUND/early.served" --listen 127.0.0.1:0 --public 127.0.0.1:0 \
    --witness "$witness_name=$witness_url"
  cat "$GROUND/honest.log"
  end_background honest
  return 1
}

try_to_change_the_vault() {
  steal lossy
  rm -r "$GROUND/lossy/vault/capture" && cp -r "$GROUND/early/vault/capture" "$GROUND/lossy/vault/capture"
  attempt "Withhold what was received" \
    "Both ledgers as they are, and the objects of everything after the first import gone from the vault." \
    "strongroom-verify" "LOSS" verify_copy "$GROUND/lossy"
  steal altered
  flip_a_byte "$GROUND/altered"
  attempt "Alter a sealed record" "One byte in the middle of the vault is changed." \
    "strongroom-verify" "altered|LOSS" verify_copy "$GROUND/altered"
  steal relabelled
  forge swap-shares "$GROUND/relabelled"
  attempt "Re-label: give one folder's shares to another" "The sealed share sets of two folders change places in the vault." \
    "strongroom-verify" "altered" verify_copy "$GROUND/relabelled"
}

# The real witness sees only that a ledger grew, and signs: it is not its office to know what may stand there.
try_to_write_into_the_ledgers() {
  steal approved
  forge approval "$GROUND/approved" "$witness_name=$witness_url" "$unapproved" \
    "$(json_value leaf <"$GROUND/forged.json")" 6 >/dev/null
  attempt "Invent an approval" \
    "An approval in the approver's name, signed with the stolen ledger key, is appended to the register and cosigned by the witness." \
    "strongroom-verify" "signature" verify_copy "$GROUND/approved"
  if (trap - EXIT && thief_serves "$GROUND/approved" --witness "$witness_name=$witness_url") >>"$GROUND/log" 2>&1; then
    attempt "Have an invented approval granted" "The same register, served to a trustee who is asked to grant." \
      "strongroom (a trustee)" "approved|signature" as grace grant "$unapproved" --yes
  else
    attempt "Serve an invented approval" "strongroomd with every stolen key on that register." \
      "strongroomd" "signature" thief_log
  fi
  thief_ends
  cp -r "$GROUND/approved" "$GROUND/replayed"
  forge replay "$GROUND/replayed" "$witness_name=$witness_url" >/dev/null
  attempt "Replay a device's entry" \
    "The first entry of a device is appended to the capture ledger again, signed with the stolen key, and cosigned by the witness." \
    "strongroom-verify" "repeats" verify_copy "$GROUND/replayed"
}
thief_log() {
  tail -n 5 "$GROUND/thief.log"
  return 1
}

# A trustee grants only on a register that the witness signed over a nonce of this very session. Takes its patience: a minute.
try_to_withhold_freshness() {
  thief_serves "$GROUND/server"
  attempt "Freeze the archive and ask for a grant" \
    "strongroomd with every stolen key on the newest data, cut off from the witness; a trustee is asked to grant what was approved." \
    "strongroom (a trustee)" "witness" as sofia grant "$(json_value commitment <"$GROUND/request-first.json")" --yes
  thief_ends
}

flip_a_byte() {
  local segment byte offset
  segment="$(find "$1/vault/capture" -name '*.seg' | sort | head -n 1)"
  offset=$(($(stat -c %s "$segment") / 2))
  byte="$(od -An -tu1 -j "$offset" -N 1 "$segment")"
  printf "\\$(printf '%03o' $(((byte + 1) % 256)))" | dd of="$segment" bs=1 seek="$offset" conv=notrunc status=none
}

# found_thieves_archive: the thief's people, the server's keys.
found_thieves_archive() {
  local thieves="$GROUND/thieves" real="$GROUND" person ledger
  mkdir -p "$thieves/server" "$thieves/witness"
  cp -r "$GROUND/server/keys" "$GROUND/server/origin" "$thieves/server/"
  GROUND="$thieves"
  : >"$GROUND/log"
  "$STRONGROOM_BIN/strongroomd" names --data "$GROUND/server" >"$GROUND/server.names"
  "$STRONGROOM_BIN/strongroom-witness" init --data "$GROUND/witness" --name "$witness_name" >"$GROUND/witness.names"
  for person in m1 m2 m3 m4 m5 m6; do person_new "$person" "Nobody $person"; done
  # Grace's public keys stand in the real roster: in the thief's she is a reader, so his server lets her in.
  mkdir "$GROUND/people/grace" && cp "$real/people/grace/member" "$GROUND/people/grace/member"
  hold_genesis m1=trustee m2=trustee m3=trustee m4=officer m5=officer m6=approver grace=reader
  finish_genesis "$card_address"
  "$STRONGROOM_BIN/strongroomd" adopt --data "$GROUND/server" --genesis "$GROUND/genesis.roster" >/dev/null
  GROUND="$real"
  for ledger in register capture; do
    "$STRONGROOM_BIN/strongroom-witness" add-log --data "$thieves/witness" \
      --vkey "$(json_value "${ledger}_vkey" <"$GROUND/server.names")" >/dev/null
  done
  background thief-witness "$STRONGROOM_BIN/strongroom-witness" serve --data "$thieves/witness" --listen 127.0.0.1:0
  thief_serves "$thieves/server" --witness "$witness_name=$(json_value url <"$GROUND/thief-witness.ready")"
}
