#!/usr/bin/env bash
# What must not be inside each program is read from its linker map (object files; symbols lie after inlining) and
# compared with the NEVER_HOLDS table. Usage: forbidden_rooms_test.sh BUILD-DIRECTORY LAYERS.CMAKE
# Exits 77 (skipped) when no program of the table is built yet.
set -euo pipefail
build="$1" layers="$2" broken=0 programs=0

# The rooms of which an object file was linked, one a line: "ledger", "crypto_verify".
rooms_in() { sed -nE 's/^(LOAD )?.*src\/.*lib([a-z0-9_]+)\.a\(.*/\2/p' "$1" |
  sed -e 's/^strongroom_//' -e 's/^capture_.*/capture/' | sort -u; }

while read -r program forbidden; do
  map="$build/$program.map"
  [ -e "$map" ] || continue
  programs=$((programs + 1))
  rooms="$(rooms_in "$map")"
  if [ -z "$rooms" ]; then
    echo "$map: not a single room found in the map: this test no longer understands it"
    broken=1
  fi
  for room in $forbidden; do
    if grep -qx "$room" <<<"$rooms"; then
      printf '%s holds object files of %s:\n' "$program" "$room"
      grep -oE "lib(strongroom_)?${room/capture/capture[a-z0-9_]*}\.a\([^)]*\)" "$map" | sort -u
      broken=1
    fi
  done
done < <(sed -nE 's/^set\(STRONGROOM_NEVER_HOLDS_([a-z0-9-]+) (.*)\)$/\1 \2/p' "$layers")

if [ "$programs" -eq 0 ]; then
  echo "no program of the table is built yet"
  exit 77
fi
echo "$programs programs read"
exit "$broken"
