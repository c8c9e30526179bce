#!/bin/sh
# run.sh AGENT CORPUS: compares AGENT (strongroom-agent) with Signal's own library, which is used at test time only
# (AGPL; never shipped or linked), on the official backups below CORPUS/samples/signal. Ends with 0 (agreed), 77
# (skipped: no corpus, no node, or no npm registry) or 1 (differs).
set -eu
agent=$1
corpus=${STRONGROOM_SHARED:-$2}
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "SKIPPED: signal-oracle was NOT checked: $1" >&2
  exit 77
}
if [ ! -d "$corpus/samples/signal" ]; then
  [ -z "${STRONGROOM_SHARED_REQUIRED:-}" ] || { echo "signal-oracle: the corpus is required here" >&2; exit 1; }
  skip "the corpus ../shared is absent"
fi
command -v node >/dev/null 2>&1 || skip "node is not installed"

# The packages are kept outside the checkout, in a directory named for the lock file.
key=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-16)
modules=${XDG_CACHE_HOME:-$HOME/.cache}/strongroom/npm/signal-oracle/$key
if [ ! -e "$modules/installed" ]; then
  command -v npm >/dev/null 2>&1 || skip "npm is not installed"
  mkdir -p "$modules"
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$modules/"
  if ! (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-retry-mintimeout=1000 >npm.log 2>&1); then
    (cd "$modules" && npm view --fetch-retries=1 --fetch-retry-mintimeout=1000 @signalapp/libsignal-client version >/dev/null 2>&1) || skip "the npm registry cannot be reached"
    cat "$modules/npm.log" >&2
    echo "signal-oracle: npm ci failed although the registry answers" >&2
    exit 1
  fi
  : >"$modules/installed"
fi
find "$corpus/samples/signal" -name '*.binproto' | sort | xargs node "$here/oracle.mjs" "$modules" "$agent"
