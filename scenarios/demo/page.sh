# Sourced by run: puts what really happened into page.html. JSON goes into <script type="application/json"> elements; in
# JSON "<" can be written \u003c anywhere it may stand, so no text can end an element.

embed() { printf '<script type="%s" id="%s">\n' "${2:-application/json}" "$1"; sed 's/</\\u003c/g'; printf '\n</script>\n'; }

# joined: lines on standard input as the items of a JSON array.
joined() { printf '['; sed '/^$/d' | paste -sd, | tr -d '\n'; printf ']'; }

# text_of FILE: a file's text as a JSON string; null when it is not there.
text_of() { if [ -s "$1" ]; then json_string "$(cat "$1")"; else printf null; fi; }

story_json() {
  local out="$GROUND/out" n
  printf '{"made_at":"%s","directory":%s,"invented":%s,"zone":%s,' "$(date -u +%FT%TZ)" "$(json_string "$GROUND")" \
    "$([ -z "$visitor_path" ] && echo true || echo false)" "$(json_string "$zone")"
  printf '"custodian":%s,"reader":"Nadia Benali","device":"%s","archive":"%s","commitment":"%s",' \
    "$(json_string "$custodian")" "$device" "$(json_value archive <"$GROUND/genesis.json")" "$commitment"
  printf '"case":%s,"basis":%s,"from":"%s","to":"%s","witness":%s,"imports":' "$(json_string "$case_name")" \
    "$(json_string "$basis")" "$asked_from" "$asked_to" "$(witness_json)"
  for n in 1 2; do
    [ -f "$out/import-$n.txt" ] || continue
    printf '{"n":%d,"found":%d,"stored":%d,"duplicate":%d,"refused":%d}\n' "$n" "$(import_count "$n" found)" \
      "$(import_count "$n" stored)" "$(import_count "$n" duplicate)" "$(import_count "$n" refused)"
  done | joined
  printf ',"pictures":%s,"contents":' "$(pictures_json)"
  find "$out/jsonl/attachments" -type f -printf '"%f"\n' 2>/dev/null | sed 's/\.[^."]*"$/"/' | joined
  printf ',"acts":'
  acts_json | joined
  printf '}'
}

# act WHO ENGLISH FRENCH [LEAF] [REFUSAL]
act() {
  printf '{"who":%s,"en":%s,"fr":%s' "$(json_string "$1")" "$(json_string "$2")" "$(json_string "$3")"
  if [ -n "${4:-}" ]; then printf ',"leaf":%d' "$4"; else printf ',"no":true,"detail":%s' "$(json_string "${5:-}")"; fi
  printf '}\n'
}
acts_json() {
  local out="$GROUND/out"
  act "Nadia Benali" "asks to read $asked_from to $asked_to, states the case and the legal basis." \
    "demande à lire du $asked_from au $asked_to, avec l’affaire et la base légale." "$(json_value leaf <"$out/request.json")"
  act "Grace Okafor" "tries to grant before anybody approved." "essaie d’accorder avant toute approbation." "" \
    "$(cat "$out/unapproved.txt")"
  act "Margaret Achebe" "approves: another person than the reader, in the inspector general's office." \
    "approuve : une autre personne que la lectrice, à l’inspection générale." "$(json_value leaf <"$out/approve.json")"
  act "Grace Okafor" "grants her shares of just these folders." "accorde ses parts de ces seuls dossiers." \
    "$(json_value leaf <"$out/grant-grace.json")"
  act "Nadia Benali" "tries to open with one grant." "essaie d’ouvrir avec un seul accord." "" "$(cat "$out/one-grant.txt")"
  act "Paul Vidal" "grants his. Two of three: it opens on Nadia's machine, and nowhere else." \
    "accorde les siennes. Deux sur trois : cela s’ouvre chez Nadia, et nulle part ailleurs." "$(json_value leaf <"$out/grant-paul.json")"
}

# witness_json: who signed the register's newest state, over how many leaves, and when (seconds inside the signature).
witness_json() {
  local line seconds
  line="$(grep -F "— $witness_name " "$GROUND/out/register.checkpoint" | head -n 1)"
  seconds="$(printf '%s' "${line##* }" | base64 -d | od -An -v -tu1 -j4 -N8 |
    awk '{ for (i = 1; i <= NF; i++) t = t * 256 + $i } END { printf "%d", t }')"
  printf '{"name":"%s","time":"%s","leaves":%d}' "$witness_name" "$(date -u -d "@$seconds" +%FT%TZ)" \
    "$(sed -n 2p "$GROUND/out/register.checkpoint")"
}

# pictures_json: {sha256: data URI} of the small pictures that the reader exported with the records.
pictures_json() {
  local file kind
  for file in "$GROUND"/out/jsonl/attachments/*; do
    [ -f "$file" ] && [ "$(wc -c <"$file")" -le 262144 ] || continue
    case "$(od -An -v -tx1 -N4 "$file" | tr -d ' ')" in
      ffd8ff*) kind=jpeg ;;
      89504e47) kind=png ;;
      *) continue ;;
    esac
    printf '"%s":"data:image/%s;base64,%s"\n' "$(sha256sum <"$file" | cut -d ' ' -f 1)" "$kind" "$(base64 -w 0 "$file")"
  done | joined | sed 's/^\[/{/; s/\]$/}/'
}

# ---- what the server sees ---------------------------------------------------------------------------------------

# frames_of SEGMENT: "kind size offset name" of each object (docs/formats/vault.md), at most 400.
frames_of() {
  local offset=27 end frame=() size count=0
  end="$(wc -c <"$1")"
  while [ "$offset" -lt "$end" ] && [ "$count" -lt 400 ]; do
    read -r -d '' -a frame < <(od -An -v -tx1 -j "$offset" -N 42 "$1") || true
    size=$((16#${frame[2]}${frame[3]}${frame[4]}${frame[5]}))
    printf '%d %d %d %s\n' "$((16#${frame[0]}))" "$size" $((offset + 42)) "$(printf '%s' "${frame[@]:6:32}")"
    offset=$((offset + 42 + size))
    count=$((count + 1))
  done
}

# biggest_body SEGMENT: where the largest sealed object begins.
biggest_body() { frames_of "$1" | awk '$1 == 2' | sort -n -k 2 | tail -n 1 | cut -d ' ' -f 3; }

# public_get PATH: from the public listener, which asks nobody who they are.
public_get() {
  exec 9<>"/dev/tcp/${public_address%:*}/${public_address##*:}"
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$public_address" >&9
  cat <&9
  exec 9>&-
}

# leaves_json: the hashes of the capture ledger's first leaves (at most a tile), as anybody can fetch them.
leaves_json() {
  local size path
  size="$(sed -n 2p "$GROUND/out/capture.checkpoint")"
  if [ "$size" -ge 256 ]; then size=256 path=/capture/tile/0/000; else path="/capture/tile/0/000.p/$size"; fi
  public_get "$path" | tail -c $((size * 32)) | od -An -v -tx1 -w32 | tr -d ' ' | sed 's/.*/"&"/' | joined
}

# search_words: what to look for on the server's disk: names and words that are in the conversations.
search_words() {
  if [ -z "$visitor_path" ]; then
    printf '%s\n' "Hélène Marchand" Carvalho Karim "11 February" demi-charge الرافعة 制动 travão 33199000102
  else
    grep -o '"author":{[^}]*"name":"[^"\\]*"' "$GROUND/out/jsonl/records.jsonl" | sed 's/.*"name":"\(.*\)"/\1/' |
      awk 'length($0) > 4' | sort | uniq -c | sort -rn | head -n 8 | sed 's/^ *[0-9]* //'
  fi
}
occurrences() { local word="$1"; shift; { LC_ALL=C grep -raoF -e "$word" -- "$@" || true; } | wc -l; }

server_sees_json() {
  local segment="$GROUND/server/vault/capture/0000000000.seg" places=("$GROUND/server" "$GROUND/witness") word
  places+=("$GROUND/server.log" "$GROUND/witness.log" "$GROUND/server.ready" "$GROUND/witness.ready")
  [ -f "$segment" ] || segment="$(find "$GROUND/server/vault/capture" -name '*.seg' | sort | head -n 1)"
  frames_of "$segment" >"$GROUND/out/frames"
  printf '{"frames":'
  awk '{ printf "{\"kind\":%d,\"size\":%d,\"name\":\"%s\"}\n", $1, $2, $4 }' "$GROUND/out/frames" | joined
  printf ',"dump_bytes":320,"dump":%s,"leaves":' "$(json_string "$(od -Ax -v -tx1 -w16 -j "$(biggest_body "$segment")" -N 320 "$segment" | sed '$d')")"
  leaves_json
  printf ',"files":%d,"bytes":%d,"words":' "$(find "${places[@]}" -type f | wc -l)" \
    "$(find "${places[@]}" -type f -printf '%s\n' | awk '{ s += $1 } END { print s + 0 }')"
  search_words | while read -r word; do
    printf '{"word":%s,"server":%d,"reader":%d}\n' "$(json_string "$word")" "$(occurrences "$word" "${places[@]}")" \
      "$(occurrences "$word" "$GROUND/out/jsonl/records.jsonl")"
  done | joined
  printf '}'
}

said_json() {
  local out="$GROUND/out" name
  for name in verify-register verify-capture verify-archive verify-package verify-message verify-tampered open search; do
    printf '"%s":%s\n' "$name" "$(text_of "$out/$name.txt")"
  done >"$out/said"
  for name in register capture; do printf '"%s-checkpoint":%s\n' "$name" "$(text_of "$out/$name.checkpoint")"; done >>"$out/said"
  joined <"$out/said" | sed 's/^\[/{/; s/\]$/}/'
}

# make_page FILE
make_page() {
  {
    sed '/^<!--DATA-->$/,$d' "$here/page.html"
    story_json | embed story
    server_sees_json | embed server-sees
    said_json | embed said
    joined <"$GROUND/out/steps.jsonl" | embed steps-data
    embed records application/x-ndjson <"$GROUND/out/jsonl/records.jsonl"
    sed '1,/^<!--DATA-->$/d' "$here/page.html"
  } >"$1.part"
  mv "$1.part" "$1"
}
