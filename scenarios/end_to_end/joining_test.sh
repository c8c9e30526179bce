#!/usr/bin/env bash
# Two custodians' devices keep the two sides of a conversation, one of them also the organisation's directory: the reader
# sees each message once, with who kept it, and people by the names they had. What was sealed stays as it was.
set -Eeuo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh" "$@"
found_archive
new_device anas
anas="$device_id"
new_device bos
bos="$device_id"

# line WHO OTHER TEXT SECOND ID: a message of the conversation with OTHER, as one side's application gives it.
line() {
  printf '{"conversation":{"id":"chat:%s","title":"%s","kind":"direct"},"author":{"id":"tel:%s","addresses":["tel:%s"]},"people":[{"id":"tel:%s","addresses":["tel:%s"]}],"sent_at":"2025-03-04T10:00:%02dZ","text":"%s","native_id":"%s"}\n' \
    "$2" "$2" "$1" "$1" "$([ "$1" = "$ana" ] && echo "$bo" || echo "$ana")" "$([ "$1" = "$ana" ] && echo "$bo" || echo "$ana")" "$4" "$3" "$5"
}
ana=+33600000001 bo=+33600000002
{ line "$ana" "$bo" "the valve is in" 1 a1; line "$bo" "$bo" "seen it" 2 a2; line "$ana" "$bo" "deleted on the other side" 3 a3; } >"$GROUND/ana.jsonl"
{ line "$ana" "$ana" "the valve is in" 1 b1; line "$bo" "$ana" "seen it" 2 b2; } >"$GROUND/bo.jsonl"
cat >"$GROUND/people.csv" <<CSV
id,name,phone,valid_from,valid_until
17,Ana Costa,$ana,2025-01-01,
21,Bo Reis,$bo,2025-01-01,
CSV
agent import --state "$GROUND/anas" "$GROUND/ana.jsonl" "$GROUND/people.csv" >"$GROUND/import.txt"
[ "$(import_count "$GROUND/import.txt" stored)" -eq 5 ] || fail "not five items: $(cat "$GROUND/import.txt")"
# run_logged gives its commands no standard input, so this one is started by hand.
"$STRONGROOM_BIN/strongroom-agent" import --state "$GROUND/bos" - <"$GROUND/bo.jsonl" >"$GROUND/import.txt" 2>>"$GROUND/log"
[ "$(import_count "$GROUND/import.txt" found)" -eq 2 ] || fail "standard input: $(cat "$GROUND/import.txt")"

as nadia request --case "Test" --basis "Test" --device "$anas" --device "$bos" --class 1 --from 2025-01-01 --to "$(date -u +%F)" --yes --json >"$GROUND/request.json"
commitment="$(json_value commitment <"$GROUND/request.json")"
as margaret approve "Test" --yes --json >/dev/null
for trustee in grace paul; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >"$GROUND/open.txt"
as nadia show "Test" >"$GROUND/show.txt"
[ "$(grep -c 'the valve is in' "$GROUND/show.txt")" -eq 1 ] || fail "the message is not shown once: $(cat "$GROUND/show.txt")"
grep -q 'kept twice: captured by' "$GROUND/show.txt" || fail "nobody says that it was kept twice: $(cat "$GROUND/show.txt")"
grep -q 'deleted on the other side' "$GROUND/show.txt" || fail "what one side kept is not shown"
grep -q 'Ana Costa' "$GROUND/show.txt" || fail "the directory's name is not shown: $(cat "$GROUND/show.txt")"
as nadia export "$commitment" --format jsonl --out "$GROUND/export" >/dev/null
[ "$(grep -rh 'the valve is in' "$GROUND/export" | wc -l)" -eq 2 ] || fail "the export does not hold both copies"
printf 'ok: kept twice, shown once, exported twice, named by the directory\n'
