#!/usr/bin/env bash
# What breach_search says of what it finds: 0 clean, 1 a leak, 3 void. A leak must never end as anything but 1.
# Usage: judgement_test.sh TEST_PROGRAMS
set -Eeuo pipefail
search="${1:?directory of the test programs}/breach_search"
directory="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-judgement.XXXXXX")"
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/server" "$directory/witness"

hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
{
  printf 'names\ta case\t%s\n' "$(hex 'Affaire Lanvaur')"
  printf 'expected\tstrongroomd: its own key\t%s\n' "$(hex 'the-server-own-private-key')"
  printf 'public\ta public key\t%s\n' "$(hex 'everybody may know this')"
} >"$directory/canaries"
printf 'files\tnow: strongroomd\t%s\nfiles\tnow: strongroom-witness\t%s\n' "$directory/server" "$directory/witness" \
  >"$directory/places"

# expect STATUS PATTERN WHAT
expect() {
  local status=0
  "$search" --canaries "$directory/canaries" --places "$directory/places" >"$directory/out" 2>&1 || status=$?
  [ "$status" -eq "$1" ] && grep -q -- "$2" "$directory/out" && return
  printf 'FAILED: %s: status %d where %d was expected, or no "%s" in:\n' "$3" "$status" "$1" "$2" >&2
  cat "$directory/out" >&2
  exit 1
}

expect 3 "NOT FOUND" "nothing was found at all"
printf 'the-server-own-private-key everybody may know this' >"$directory/server/keys"
expect 0 "nothing that opens a record" "what a server holds by right"
cp "$directory/server/keys" "$directory/witness/keys"
expect 1 "LEAK (expected)" "the server's private key on the witness's disk"
rm "$directory/witness/keys"
printf 'a word, Affaire Lanvaur, a word' | gzip >"$directory/server/archived"
expect 1 "LEAK (names): a case, as gzip/raw" "a case name in a compressed file"
rm "$directory/server/archived" && : >"$directory/server/Affaire Lanvaur"
expect 1 "file names" "a case name as the name of a file"
printf 'files\tnow: nobody\t/nonexistent\n' >>"$directory/places"
expect 3 "VOID" "a place that cannot be read"
