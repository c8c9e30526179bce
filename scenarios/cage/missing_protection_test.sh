#!/usr/bin/env bash
# Where the kernel has less, the agent says which protection is missing, and refuses without a system call filter.
# Usage: missing_protection_test.sh DIRECTORY-OF-PROGRAMS WITHOUT-PROGRAM
set -euo pipefail
bin="$1" without="$2"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
printf '%s\n' '{"conversation":"Budget","author":"Ana","sent_at":"2024-03-10T14:05:00Z","text":"hello"}' >"$work/a.jsonl"

wrong() {
  printf 'missing protection: %s\n' "$1"
  cat "$work/out" "$work/said"
  exit 1
}
# inspect [WITHOUT-WHAT] -- OPTION...: status in $status, output in $work/out, standard error in $work/said
inspect() {
  local before=()
  while [ "$1" != -- ]; do
    before+=("$without" "$1")
    shift
  done
  shift
  status=0
  "${before[@]}" "$bin/strongroom-agent" inspect --json "$@" "$work/a.jsonl" >"$work/out" 2>"$work/said" || status=$?
}
understood() { [ "$status" = 0 ] && grep -q '"found":1,"parsed":1' "$work/out"; }

inspect --
understood || wrong "the whole cage"

inspect landlock --
understood || wrong "parses without Landlock"
grep -q 'not whole: no Landlock' "$work/said" || wrong "says that Landlock is missing"

inspect namespaces --
understood || wrong "parses without namespaces"
grep -q 'not whole: no user namespace' "$work/said" || wrong "says that namespaces are missing"

inspect landlock namespaces --
understood || wrong "parses with the system call filter alone"

inspect seccomp --
[ "$status" = 1 ] || wrong "refuses without a system call filter"
grep -q 'no seccomp filters, so the parser cannot be caged' "$work/said" || wrong "says why it refuses"
grep -q -- --weak-cage "$work/said" || wrong "says what to do"

inspect seccomp -- --weak-cage
understood || wrong "parses without a filter when told to"
grep -q 'not whole: no system call filter' "$work/said" || wrong "says that the filter is missing"
# A vendor's library runs before the parser has confined itself: it is loaded in a whole cage or not at all.
for missing in landlock seccomp; do
  inspect "$missing" -- --weak-cage --wecom-library "$bin/strongroom-parse"
  [ "$status" = 1 ] || wrong "loads a vendor's library without $missing"
  grep -q 'loaded in a whole cage only' "$work/said" || wrong "says why it does not load a vendor's library"
done
echo "without Landlock, namespaces, seccomp: as it should be"
