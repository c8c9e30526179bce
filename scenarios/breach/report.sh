# Sourced by run: puts what happened into page.html. In JSON "<" can be written \u003c anywhere it may stand, so no text can
# end an element.

embed() { printf '<script type="application/json" id="%s">\n' "$1"; sed 's/</\\u003c/g'; printf '\n</script>\n'; }
lines_as_array() { printf '['; sed '/^$/d' | paste -sd, | tr -d '\n'; printf ']'; }

# acts_seen: everything that was under way at some moment, one a line.
acts_seen() { tr ',' '\n' <"$GROUND/seen-under-way" | sed 's/^ *//; /^$/d' | sort -u; }

story_json() {
  local act acts=""
  while read -r act; do acts="$acts${acts:+,}$(json_string "$act")"; done < <(acts_seen)
  printf '{"made_at":"%s","system":%s,"seconds":%d,"moments":%d,"short":%s,"under_way":[%s]}' "$(date -u '+%F %R UTC')" \
    "$(json_string "$(uname -sr)")" $(($(date +%s) - began)) "$moments" "$([ "$short" = yes ] && echo true || echo false)" "$acts"
}

# make_report FILE
make_report() {
  local line
  while IFS= read -r line; do
    if [ "$line" != "<!-- DATA -->" ]; then
      printf '%s\n' "$line"
      continue
    fi
    story_json | embed story
    embed breach <"$GROUND/breach.json"
    embed control <"$GROUND/control.json"
    lines_as_array <"$GROUND/taken.jsonl" | embed taken
    lines_as_array <"$GROUND/attempts.jsonl" | embed attempts
  done <"$here/page.html" >"$1"
  printf 'The report: file://%s\n' "$1"
}
