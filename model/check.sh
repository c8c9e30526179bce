#!/usr/bin/env bash
# Explores every state of archive.pml, then takes each guard away in turn: the promise beside it must break.
# Usage: model/check.sh [WORK-DIRECTORY]     (the ctest test "model"; docs/model.md). One core, at most 512 MiB.
set -euo pipefail
model="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)/archive.pml"
work="${1:-}"
if [ -z "$work" ]; then
  work="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-model.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
fi
mkdir -p "$work" && cd "$work"
command -v spin >/dev/null || { echo "spin is not installed: ./dev setup" >&2; exit 1; }

# verifier NAME OPTIMISATION DEFINE...: compiles the model into ./NAME.
verifier() {
  local name="$1" optimisation="$2"
  shift 2
  mkdir -p "$name.d"
  (cd "$name.d" && spin -a "$@" "$model" >spin.log &&
    cc "$optimisation" -w -DSAFETY -DNOREDUCE -DMEMLIM=512 -o "../$name" pan.c) || {
    cat "$name.d/spin.log" >&2
    exit 1
  }
}

# explore NAME WHAT OPTION...: every state, no error; prints how many there were.
explore() {
  local name="$1" what="$2"
  shift 2
  verifier "$name" -O2 "$@"
  ./"$name" -m20000 -w22 >"$name.log" 2>&1 || true
  if ! grep -q 'errors: 0$' "$name.log" ||
    grep -qE 'Search not completed|max search depth|out of memory' "$name.log"; then
    cat "$name.log" >&2
    echo "the $name of the model does not hold, or not every state was explored" >&2
    echo "the way there: spin -t -p $* -k $work/archive.pml.trail $model" >&2
    trap - EXIT
    exit 1
  fi
  printf '%-8s %9s states, %9s steps: %s\n' "$name" "$(awk '/states, stored/ { print $1 }' "$name.log")" \
    "$(awk '/transitions/ { print $1 }' "$name.log")" "$what"
}

explore keeping "holds, rescue, destruction, with reading in plain steps"
explore reading "enrolment to reading, with every lie" -DREADING_RUN

# GUARD RUN PROMISE, and what happens without it.
mutants='
invitation                reading ENROLMENT two careless people let in a device that nobody invited
countersigner             reading ENROLMENT an officer alone enrols a device
enrolled                  reading ENROLMENT the server takes folders of a device that is not enrolled
lot_keys_witnessed        reading READING   a device deals to keys that the server made
request_witnessed         reading READING   shares are granted on a request that the server then forgets
approval                  reading READING   shares are granted on a request that nobody approved
approver_is_not_the_reader reading READING  the reader approves its own request
fresh                     reading READING   a trustee is shown a register from before the stop order
copies_agree              reading READING   the approver reads one text, the trustees another
list_in_predicate         reading READING   the list names a folder that the request does not speak of
folder_key                reading OPENING   a garbage share gives a wrong secret, and it is taken for the folder
lists_derived             keeping KEPT      the order hides the held folder, and trustees believe its list
gap_blocks                keeping KEPT      a held folder behind a gap in the chain is not rescued
manifest_witnessed        keeping KEPT      the server forgets a manifest after the seed is destroyed
all_manifests             keeping KEPT      destruction begins while a position has not said what it rescued
at_least_k                keeping KEPT      destruction begins with one manifest, the others excused
newer_hold                keeping KEPT      a hold between the manifests and the destruction is passed over
own_manifest              keeping KEPT      an excused trustee comes back and destroys without having rescued
canary                    keeping KEPT      a rescue cut short by a crash is taken for whole
canary_of_each            keeping KEPT      the canary opens from k other shares, the one of the liar among them
order                     keeping KEPT      seeds are destroyed that no order names
delay                     keeping KEPT      destruction begins before the days in which a hold counts are over
excuse_by_k               keeping KEPT      one liar excuses the others
lift_by_k                 keeping KEPT      one liar lifts a hold
too_late                  keeping KEPT      a hold is accepted for what is destroyed already
exact_rescue              keeping DISPOSED  rescuing takes more than what is held
hold_key_destroyed        keeping DISPOSED  the key of a lifted hold still opens what was rescued to it
destroyed_first           keeping DISPOSED  a trustee signs that its seed is destroyed, and crashes before it is
enough_statements         keeping DISPOSED  a certificate is given on one statement
generation_key            keeping DISPOSED  an old backup of a keystore brings a destroyed seed back
excuse                    keeping PROGRESS  one silent trustee blocks every disposal
phase_1_again             keeping PROGRESS  after a newer hold the lot can never be disposed of
gap_accepted              keeping PROGRESS  a chain that stays cut blocks every disposal
'
value_of() { sed -n "s/^#define $1 \([0-9]*\) .*/\1/p" "$model"; }

failed=0 count=0
printf '\n%-28s %-10s %s\n' "without the guard" "breaks" "because"
while read -r guard run which because; do
  [ -n "$guard" ] || continue
  grep -q "^#ifdef WITHOUT_$guard\$" "$model" || { echo "the model has no guard $guard"; failed=1; continue; }
  count=$((count + 1))
  defines=("-DWITHOUT_$guard" "-DCHECKED=$(value_of "$which")")
  [ "$run" = keeping ] || defines+=(-DREADING_RUN)
  verifier mutant -O0 "${defines[@]}"
  ./mutant -m20000 -w20 >mutant.log 2>&1 || true
  if grep -q 'assertion violated' mutant.log; then
    printf '%-28s %-10s %s\n' "$guard" "$which" "$because"
  else
    printf '%-28s %-10s NOTHING BROKE: %s\n' "$guard" "$which" "$(grep -E 'errors:|error:' mutant.log | head -n 1)"
    failed=1
  fi
done <<<"$mutants"

guards="$(grep -c '^#ifdef WITHOUT_' "$model")"
[ "$guards" -eq "$count" ] || { echo "the model has $guards guards, the table $count"; failed=1; }
[ "$failed" -eq 0 ] || exit 1
printf '\n%d guards: each is needed\n' "$count"
