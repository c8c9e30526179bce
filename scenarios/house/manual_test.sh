#!/usr/bin/env bash
# Walks every --help, and fails where a subcommand or an option is not in its man page, where a page has an option that
# is not there, or where completion for bash misses one. Usage: manual_test.sh DIRECTORY-OF-PROGRAMS SOURCE-DIRECTORY
set -euo pipefail
bin="$1" source="$2" broken=0 walked=0
. "$source/packaging/strongroom.bash"

wrong() {
  printf '%s\n' "$*"
  broken=1
}

# section PAGE PATTERN: the lines of the page under the first heading that matches, up to the next heading.
section() { awk -v wanted="$2" '/^\.S[hs] / { inside = ($0 ~ wanted) } inside' "$1"; }

# named_options: the options a piece of a page describes, one a line.
named_options() { { grep -oE '(Fl|Fl -help \| Fl) -[a-z-]+' || true; } | sed 's/.* -/--/' | sort -u; }

completed() { # completed WORD COMMAND...: what is offered after COMMAND when WORD has been typed
  local COMP_WORDS=("${@:2}" "$1") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _strongroom
  printf '%s\n' "${COMPREPLY[@]}"
}

walk() { # walk PAGE PROGRAM [SUBCOMMAND...]
  local page="$1" title help own options sub option described offered
  shift
  title="$(basename "$1") ${*:2}"
  title="${title% }"
  help="$("$@" --help </dev/null)"
  own="$(sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p' <<<"$help")"
  if [ -n "$own" ]; then
    offered="$(completed "" "$@")"
    for sub in $own; do
      grep -qxF -- "$sub" <<<"$offered" || wrong "completion: '$title' does not offer $sub"
      walk "$page" "$@" "$sub"
    done
    return
  fi
  walked=$((walked + 1))
  described="$(section "$page" "^\\.Ss $title\$")"
  [ -n "$described" ] || { wrong "$(basename "$page"): nothing about '$title'" && return; }
  options="$(sed -n '/^Options:/,/^$/s/^  \(-h,\)\{0,1\}\(--[a-z-]*\).*/\2/p' <<<"$help" | sort -u)"
  offered="$(completed -- "$@")"
  for option in $options; do
    grep -qxF -- "$option" <<<"$offered" || wrong "completion: '$title' does not offer $option"
    [ "$option" != --help ] || continue
    grep -qxF -- "$option" <<<"$(named_options <<<"$described"$'\n'"$(section "$page" '^\.Sh OPTIONS')")" ||
      wrong "$(basename "$page"): '$title' does not say $option"
  done
  for option in $(named_options <<<"$described"); do
    grep -qxF -- "$option" <<<"$options" || wrong "$(basename "$page"): '$title' has no $option"
  done
}

for page in "$source"/docs/man/*.[18]; do
  program="$bin/$(basename "${page%.*}")"
  for heading in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' 'SEE ALSO'; do
    grep -qxF ".Sh $heading" "$page" || wrong "$(basename "$page"): no $heading"
  done
  [ "$(basename "$program")" = strongroom-parse ] || walk "$page" "$program" # it takes no arguments
done
for program in strongroom strongroom-agent strongroom-parse strongroom-verify strongroom-witness strongroomd; do
  ls "$source/docs/man/$program".[18] >/dev/null || wrong "no page for $program"
done
if command -v mandoc >/dev/null; then
  mandoc -Tlint -W warning "$source"/docs/man/*.[18] || broken=1
else
  echo "mandoc is not here: the pages' markup was not checked"
fi
echo "$walked subcommands walked"
[ "$walked" -gt 20 ] || broken=1
exit "$broken"
