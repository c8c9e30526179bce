#!/usr/bin/env bash
# The house rules, executed: who may include what, names, sizes. Prints file:line: rule for each break.
# Usage: dev.d/house_rules.sh    (also the ctest test house_rules and part of ./dev tidy)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
broken=0

rooms=()
for directory in src programs; do
  [ ! -d "$directory" ] || rooms+=("$directory")
done
mapfile -t sources < <(find "${rooms[@]}" -type f \( -name '*.h' -o -name '*.cpp' \) | sort)
[ ${#sources[@]} -gt 0 ] || { echo "no sources found"; exit 1; }

LC_ALL=C awk -v layers=cmake/layers.cmake -f dev.d/house_rules.awk "${sources[@]}" || broken=1

# If a thing has no home, its concept has no name yet.
nameless="$(find . \( -name .git -o -name build -o -name node_modules \) -prune -o -print |
  grep -Ei '/([^/]*[_-])?(utils?|common|misc|helpers?|managers?)([_.-][^/]*)?$' || true)"
if [ -n "$nameless" ]; then
  printf '%s: a name that says nothing: what is it?\n' $nameless
  broken=1
fi

# A source that no CMakeLists.txt names is not built, a test not run.
for file in "${sources[@]}"; do
  [[ "$file" == *.cpp ]] || continue
  lists=() directory="$(dirname "$file")"
  while [ "$directory" != . ]; do
    [ ! -e "$directory/CMakeLists.txt" ] || lists+=("$directory/CMakeLists.txt")
    directory="$(dirname "$directory")"
  done
  if [ ${#lists[@]} -eq 0 ] || ! grep -qwF -- "${file##*/}" "${lists[@]}"; then
    printf '%s: no CMakeLists.txt names it, so it is not built\n' "$file"
    broken=1
  fi
done
exit "$broken"
