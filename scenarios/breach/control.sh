# Sourced by run: the control. A double leaks every form in every place; the searcher must find each cell, through the same
# programs that look at the real thing.

# The matrix goes to $1 as JSON. Returns non-zero when a cell was missed: then nothing else counts.
run_control() {
  local directory="$GROUND/control" relay
  mkdir -p "$directory/traffic"
  : >"$directory/relay.target"
  "$BREACH_BIN/leaking_double" plan "$directory/canaries" "$directory/plan"
  background control-relay "$BREACH_BIN/breach_relay" "$directory/relay.target" "$directory/traffic"
  relay="$(json_value listen <"$GROUND/control-relay.ready")"
  background control-double "$BREACH_BIN/leaking_double" leak "$directory/plan" "$directory" "$relay"
  "$BREACH_BIN/breach_take" --out "$directory/taken" --places "$directory/places" --label control \
    --process "double=$(cat "$GROUND/control-double.pid")" --tree "double=$directory/data" \
    --log "double=$directory/log" >/dev/null
  printf 'traffic\tcontrol: relay\t%s\n' "$directory/traffic" >>"$directory/places"
  end_background control-double control-relay
  "$BREACH_BIN/breach_search" --control --canaries "$directory/canaries" --places "$directory/places" --json "$1"
}
