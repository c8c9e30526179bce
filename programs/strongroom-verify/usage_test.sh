#!/usr/bin/env bash
# What `strongroom-verify archive|package|message` say to those who ask wrongly, and how they end.
# Usage: usage_test.sh PROGRAM
set -uo pipefail
program="$1" broken=0
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

id="$(printf 'ab%.0s' {1..32})"
mkdir -p empty register-only/register register-only/capture
printf '\001junk' > junk
printf 'strongroom archive card 1\narchive %s\nwords six that are not its words\n' "$id" > card
for command in archive package message; do
  expect 0 'EXIT STATUS' "$command" --help
  expect 2 'archive' "$command" empty
done
expect 2 'neither a server' archive empty --archive "$id"
expect 2 'neither an archive id nor a file' archive empty --archive ab
expect 2 'hex' archive empty --archive "${id^^}"
expect 2 'words on the card' archive empty --archive card
expect 1 'no witnessed checkpoint' archive register-only --archive "$id"
expect 1 '"holds":false' archive register-only --archive "$id" --json
expect 2 'no-such' archive register-only --archive "$id" --seen no-such
expect 2 'no such directory' package no-such --archive "$id"
expect 1 'the manifest cannot be read' package empty --archive "$id"
expect 1 'bad-manifest' package empty --archive "$id" --json
expect 2 'no-such' message no-such --archive "$id"
expect 1 'does NOT hold' message junk --archive "$id"
expect 1 '"holds":false,"code":"malformed"' message junk --archive "$id" --json
expect 2 'neither an archive id' message junk --archive 'one two three four five six'
exit "$broken"
