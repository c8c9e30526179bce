#!/bin/sh
# run.sh PROGRAM: exchanges HPKE files between PROGRAM (build/.../hpke_interop) and the npm packages named in
# package-lock.json, both ways. Ends with 0 (agreed), 77 (skipped: no node, or no npm registry) or 1 (differs).
set -eu
program=$1
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "SKIPPED: hpke-interop was NOT checked: $1" >&2
  exit 77
}
command -v node >/dev/null 2>&1 || skip "node is not installed"

# The packages are kept outside the checkout, in a directory named for the lock file.
key=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-16)
modules=${XDG_CACHE_HOME:-$HOME/.cache}/strongroom/npm/hpke-interop/$key
if [ ! -e "$modules/installed" ]; then
  command -v npm >/dev/null 2>&1 || skip "npm is not installed"
  mkdir -p "$modules"
  cp "$here/package.json" "$here/package-lock.json" "$modules/"
  if ! (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-retry-mintimeout=1000 >npm.log 2>&1); then
    (cd "$modules" && npm view --fetch-retries=1 --fetch-retry-mintimeout=1000 @hpke/core version >/dev/null 2>&1) || skip "the npm registry cannot be reached"
    cat "$modules/npm.log" >&2
    echo "hpke-interop: npm ci failed although the registry answers" >&2
    exit 1
  fi
  : >"$modules/installed"
fi

exchange=$(mktemp -d)
trap 'rm -rf "$exchange"' EXIT
"$program" seal "$exchange"
node "$here/interop.mjs" "$modules" "$exchange"
"$program" open "$exchange"
