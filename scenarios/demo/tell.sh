# Sourced by run: one sentence a step, and what the last words of the demonstration are.

step_number=0
step_started="$(date +%s%N)"
demo_started="$step_started"

say() { printf '%s\n\n' "$*"; }

# refused NAME COMMAND...: must fail; why, as it said it, goes to NAME.
refused() {
  local name="$1"
  shift
  if "$@" >>"$GROUND/log"; then
    printf 'This should have been refused and was not: %s\n' "$*" >&2
    return 1
  fi
  mv "$GROUND/last-error" "$GROUND/out/$name"
}

# done_by WHO SENTENCE: the step that is now behind us, with the time it took.
done_by() {
  local now tenths
  now="$(date +%s%N)"
  tenths=$(((now - step_started) / 100000000))
  step_started="$now"
  step_number=$((step_number + 1))
  printf '%3d  %s  (%d.%d s)\n' "$step_number" "$2" $((tenths / 10)) $((tenths % 10))
  printf '{"n":%d,"who":%s,"text":%s,"seconds":%d.%d}\n' "$step_number" "$(json_string "$1")" "$(json_string "$2")" \
    $((tenths / 10)) $((tenths % 10)) >>"$GROUND/out/steps.jsonl"
}

# import_count N NAME / import_counts N: from what the import printed.
import_count() {
  awk -v want="$2" '/^together / { n["found"] = $2; n["stored"] = $3; n["duplicate"] = $4; n["refused"] = $5 } END { print n[want] + 0 }' "$GROUND/out/import-$1.txt"
}
import_counts() {
  printf '%d found, %d stored, %d known already, %d refused' "$(import_count "$1" found)" "$(import_count "$1" stored)" \
    "$(import_count "$1" duplicate)" "$(import_count "$1" refused)"
}

# visitor_scope: the visitor's own export, all of it.
visitor_scope() {
  custodian="The visitor"
  case_name="The visitor's own messages"
  basis="They are the visitor's own"
  first_import=("$visitor_path")
  second_import=()
  zone="${TZ:-$(readlink -f /etc/localtime | sed -n 's#.*/zoneinfo/##p')}"
  zone="${zone:-UTC}"
  words="${STRONGROOM_DEMO_WORDS:-the}"
  "$STRONGROOM_BIN/strongroom-agent" inspect "$visitor_path" --json >"$GROUND/out/inspect.jsonl" ||
    ground_fail "Nothing in $visitor_path was understood; it is an export of Signal or WhatsApp that is expected."
  # Impossible times say nothing about when, and the device seals such records under today.
  history_from="$(sed -n 's/.*"sent_at":"\([0-9-]\{10\}\)T.*/\1/p' "$GROUND/out/inspect.jsonl" | awk '$0 >= "1990"' | sort | head -n 1)"
  history_from="${history_from:-$(date -u +%F)}"
  asked_from="${history_from%-*}-01"
  asked_to="$(date -u +%F)"
}

# verify_everything: strongroom-verify, which holds no key; what it says goes to the page word for word.
verify_everything() {
  local verify="$STRONGROOM_BIN/strongroom-verify" out="$GROUND/out" ledger
  for ledger in register capture; do
    cp "$GROUND/server/$ledger/witnessed" "$out/$ledger.checkpoint"
    run_logged "$verify" ledger --checkpoint "$out/$ledger.checkpoint" \
      --vkey "$(json_value "${ledger}_vkey" <"$GROUND/server.names")" \
      --vkey "$(json_value vkey <"$GROUND/witness.names")" >"$out/verify-$ledger.txt"
  done
  run_logged "$verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$out/verify-archive.txt"
  run_logged "$verify" package "$out/evidence" --archive "$GROUND/archive.card" >"$out/verify-package.txt"
  if [ -z "$visitor_path" ]; then
    as nadia export "$commitment" --format message --containing "$one_message" --out "$out/one.strongroom-message" >"$out/export-message.txt"
    run_logged "$verify" message "$out/one.strongroom-message" --archive "$GROUND/archive.card" --show >"$out/verify-message.txt"
  fi
}

# verify_tampered: one byte of one sealed object is changed in a copy; the program must find it.
verify_tampered() {
  local copy="$GROUND/tampered" segment offset byte
  cp -r "$GROUND/server" "$copy"
  segment="$(find "$copy/vault/capture" -name '*.seg' | sort | head -n 1)"
  offset=$(($(biggest_body "$segment") + 200))
  byte="$(od -An -tu1 -j "$offset" -N 1 "$segment")"
  printf "\\$(printf '%03o' $(((byte + 1) % 256)))" | dd of="$segment" bs=1 seek="$offset" conv=notrunc status=none
  if run_logged "$STRONGROOM_BIN/strongroom-verify" archive "$copy" --archive "$GROUND/archive.card" \
    >"$GROUND/out/verify-tampered.txt"; then
    printf 'A changed byte was not found.\n' >&2
    return 1
  fi
  rm -rf "$copy"
}

# demo_ended STATUS: on failure says what failed; nothing is left running but after a good end with a terminal.
demo_ended() {
  if [ "$1" -ne 0 ]; then
    printf '\nThe demonstration stopped after step %d.\n' "$step_number" >&2
    if [ -f "$GROUND/last-error" ]; then tail -n 12 "$GROUND/last-error" >&2; fi
    printf 'The whole log is %s\n' "$GROUND/log" >&2
  fi
  if [ "$1" -ne 0 ] || [ "$batch" = yes ]; then stop_in "$GROUND"; fi
}

finish_telling() {
  local seconds=$((($(date +%s%N) - demo_started) / 1000000000))
  printf '\nDone in %d seconds. The page:\n  file://%s\n' "$seconds" "$GROUND/page.html"
  [ "$batch" = yes ] && return
  cat <<NEXT

The server ($server_address, public $public_address) and the witness ($witness_url) go on running. Try, for instance:

  export PATH="$STRONGROOM_BIN:\$PATH"; cd "$GROUND"
  strongroom show ${commitment:0:8} --home people/nadia --passphrase-file people/nadia.passphrase
  strongroom search ${commitment:0:8} brake --home people/nadia --passphrase-file people/nadia.passphrase
  strongroom requests --home people/sofia --passphrase-file people/sofia.passphrase
  strongroom grant ${commitment:0:8} --home people/sofia --passphrase-file people/sofia.passphrase
  strongroom-agent status --state device
  strongroom-verify archive server --archive archive.card --now
  grep -rac "11 February" server | grep -v ':0$'     # what a thief finds: no line
  kill \$(cat server.pid witness.pid)                 # when you have seen enough

NEXT
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
    xdg-open "$GROUND/page.html" >/dev/null 2>&1 || true
  fi
}
