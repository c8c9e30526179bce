# Completion for bash: subcommands, options and fixed values of Strongroom's programs, as each --help lists them, so
# that nothing here can be out of date. Everything else completes to file names.

# _strongroom_help SECTION PROGRAM [SUBCOMMAND...]: the lines of one section of the help.
_strongroom_help() {
  local section="$1"
  shift
  "$@" --help 2>/dev/null </dev/null | sed -n "/^$section:/,/^\$/s/^  //p"
}

_strongroom_subcommands() { _strongroom_help Subcommands "$@" | sed -n 's/^\([a-z][a-z-]*\) .*/\1/p'; }
_strongroom_options() { _strongroom_help Options "$@" | sed -n 's/^\(-h,\)\{0,1\}\(--[a-z-]*\).*/\2/p'; }
# The values of the option $1, where there is a fixed list of them: --format TEXT:{jsonl,evidence,message}
_strongroom_values() {
  local option="$1"
  shift
  _strongroom_help Options "$@" | sed -n "s/^$option [^{]*{\\([a-z,]*\\)}.*/\\1/p" | tr , '\n'
}

_strongroom() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD - 1]}" said choices
  local command=("${COMP_WORDS[0]}")
  COMPREPLY=()
  # The subcommands already written, which come before anything else.
  for said in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    grep -qxF -- "$said" <<<"$(_strongroom_subcommands "${command[@]}")" || break
    command+=("$said")
  done
  case "$word" in
    -*) choices="$(_strongroom_options "${command[@]}")" ;;
    *) choices="$(_strongroom_subcommands "${command[@]}")" ;;
  esac
  case "$before" in
    --*) [[ $word == -* ]] || choices="$(_strongroom_values "$before" "${command[@]}")" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}

complete -o default -F _strongroom strongroom strongroom-agent strongroom-verify strongroom-witness strongroomd
