#!/usr/bin/env bash
# Transcripts of `strongroom-verify ledger`: what it says, and how it ends (0 holds, 1 does not, 2 cannot tell).
# Usage: ledger_command_test.sh PROGRAM SOURCE-DIRECTORY
set -uo pipefail
program="$1" source="$2" broken=0
shared="${STRONGROOM_SHARED:-$source/../shared}"
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

log_key='ledger.example/kat+b1839d73+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'
w1_key='witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X'
w2_key='witness.example/w2+96ca11c4+BBdFU7RW3d/GkI7KscEB/mqyHiuqBhd5W31DpjSCmT/V'
cat > checkpoint <<'END'
ledger.example/kat
3
NmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsE=

— ledger.example/kat sYOdcxI8cCYvjqFaxpVl3ujMS5sD6cGigD8EcvJdX3DCj6RLY0ThMnpCwUHIA+leHLCYaRtJA7wdQWLASxLWTVgXrw8=
— witness.example/w1 IDJKvgAAAABpVbkA3qRNPFwA2z/QpqhO1SEHYFBXjHP7XkEr42rSfd0sY6fx/gmDSgMbDLJkSPRDp1DiuF8toX7j3SO1m9yUoSrUDA==
END
{ printf 'c2sp.org/tlog-proof@v1\nindex 2\nsTeYX/SE+2ANuTEHx3sDZcgNePW0Kd7Q/Zc2HQd5mes=\n\n'; cat checkpoint; } > proof
printf c > entry
printf d > other
printf 'log %s\nwitness w1 %s\nquorum w1\n' "$log_key" "$w1_key" > policy
sed 's/^3$/4/' checkpoint > tampered

expect 0 'It holds' ledger --checkpoint checkpoint --vkey "$log_key"
expect 0 'witness time  2026-01-01T00:00:00Z' ledger --checkpoint checkpoint --vkey "$log_key" --vkey "$w1_key"
expect 0 '"witness_time":1767225600' ledger --checkpoint checkpoint --policy policy --json
expect 0 'The entry is in the log' ledger --proof proof --entry entry --policy policy
expect 1 'does not lead to the root' ledger --proof proof --entry other --policy policy
expect 1 'does not verify' ledger --checkpoint tampered --vkey "$log_key"
expect 1 '"holds":false,"code":"unauthenticated"' ledger --checkpoint tampered --vkey "$log_key" --json
expect 1 'are not the quorum' ledger --checkpoint checkpoint --vkey "$log_key" --vkey "$w2_key"
expect 1 'another log' ledger --checkpoint checkpoint --vkey "$log_key" --origin other.example
expect 1 'fewer than three lines|no empty line' ledger --checkpoint entry --vkey "$log_key"
expect 2 'no-such-file' ledger --checkpoint no-such-file --vkey "$log_key"
expect 2 'not the id of its key' ledger --checkpoint checkpoint --vkey "${log_key/kat/cat}"
expect 2 'nothing to believe' ledger --checkpoint checkpoint
expect 2 'nothing to check' ledger --vkey "$log_key"
expect 2 'belong together' ledger --proof proof --policy policy
expect 2 '--tiles' ledger --checkpoint checkpoint --old-checkpoint checkpoint --vkey "$log_key"
printf 'nonsense\n' > nonsense
expect 2 'policy line 1' ledger --checkpoint checkpoint --policy nonsense
expect 2 'directory' ledger --checkpoint checkpoint --vkey "$log_key" --tiles .
expect 2 'ubcommand' # no subcommand
expect 2 'vkey' ledger --checkpoint checkpoint --vkeys "$log_key"
expect 0 'EXIT STATUS' ledger --help
expect 0 'ledger' --help

if [ ! -d "$shared/vectors" ]; then
  [ -z "${STRONGROOM_SHARED_REQUIRED:-}" ] || { echo 'the corpus ../shared is required here'; exit 1; }
  [ "$broken" -eq 0 ] || exit 1
  echo 'SKIPPED WITHOUT THE CORPUS: real logs were not checked'
  exit 77
fi

sumdb="$shared/vectors/sumdb" origin='go.sum database tree'
go_key="$(cat "$sumdb/vkey")"
for size in 35225469 63096908; do
  expect 0 "tree size     $size" ledger --checkpoint "$sumdb/checkpoint-$size" --origin "$origin" --vkey "$go_key"
done
sed 's/63096908/63096909/' "$sumdb/checkpoint-63096908" > tampered
expect 1 'does not verify' ledger --checkpoint tampered --origin "$origin" --vkey "$go_key"
expect 1 'another log' ledger --checkpoint "$sumdb/checkpoint-63096908" --vkey "$go_key"

tessera="$shared/vectors/tessera-testdata/testdata/log"
tessera_key='example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'
for size in 0 1 7 15; do
  expect 0 "entries       $size\$" ledger --checkpoint "$tessera/checkpoint.$size" --vkey "$tessera_key" --tiles "$tessera"
done
expect 0 'the log has only grown' ledger --checkpoint "$tessera/checkpoint.15" --vkey "$tessera_key" --tiles "$tessera" \
  --old-checkpoint "$tessera/checkpoint.6"
expect 1 'smaller' ledger --checkpoint "$tessera/checkpoint.6" --vkey "$tessera_key" --tiles "$tessera" \
  --old-checkpoint "$tessera/checkpoint.15"
mkdir log && cp -r "$tessera/tile" log/ && chmod -R u+w log
printf 'X' | dd of=log/tile/entries/000.p/15 bs=1 seek=2 conv=notrunc status=none
expect 1 'leaf 0' ledger --checkpoint "$tessera/checkpoint.15" --vkey "$tessera_key" --tiles log
rm log/tile/entries/000.p/15
expect 1 'tile/entries/000.p/15' ledger --checkpoint "$tessera/checkpoint.15" --vkey "$tessera_key" --tiles log
printf 'X' | dd of=log/tile/0/000.p/14 bs=1 seek=40 conv=notrunc status=none
expect 1 'right edge' ledger --checkpoint "$tessera/checkpoint.14" --vkey "$tessera_key" --tiles log
exit "$broken"
