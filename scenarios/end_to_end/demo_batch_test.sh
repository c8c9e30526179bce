#!/usr/bin/env bash
# The demonstration without a terminal: ends well, leaves a page with everything in it, and nothing running.
set -Eeuo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
directory="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-demo.XXXXXX")"
trap 'rm -rf "$directory"' EXIT

STRONGROOM_BIN="${1:?directory of the programs}" STRONGROOM_DEMO_DIR="$directory/demo" XDG_CACHE_HOME="$directory" \
  "$here/../demo/run" --batch

page="$directory/demo/page.html"
for needed in 'id="story"' 'id="server-sees"' 'id="records"' '"kind":"edit"' '"kind":"deletion"' 'Charge tombée'; do
  grep -q -- "$needed" "$page" || { echo "the page lacks: $needed" >&2 && exit 1; }
done
if grep -qE '(src|href)="?https?:' "$page"; then echo "the page loads something from outside" >&2 && exit 1; fi
grep -q '"server":0' "$page"
if grep -qE '"server":[1-9]' "$page"; then echo "a word of the conversations stands on the server's disk" >&2 && exit 1; fi
if ls "$directory"/demo/*.pid 2>/dev/null; then echo "servers were left running" >&2 && exit 1; fi
