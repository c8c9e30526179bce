# ./dev tidy: formatting, clang-tidy, house rules.

tidy_help() {
  cat <<'HELP'
Usage: ./dev tidy [--fix] [--all] [--since REVISION]

  1. clang-format 19 over every source file (--fix rewrites them in place)
  2. clang-tidy 19 over the .cpp files changed since REVISION (default: the merge base with origin/main, or the
     last commit), committed or not; --all takes every file. A file found clean is not looked at again until
     something in it, in a header it includes or in .clang-tidy changes.
  3. the house rules: layers, OpenSSL and system headers, names, sizes (dev.d/house_rules.sh)
HELP
}

TIDY_DATABASE=build/fuzz

tidy_format() {
  find src programs scenarios bench -type f \( -name '*.h' -o -name '*.cpp' \) -print0 |
    xargs -0 -r clang-format-19 --style=file "$@"
}

tidy_changed() {
  local since="$1"
  if [ -z "$since" ]; then
    since="$(git merge-base HEAD origin/main 2>/dev/null || true)"
    if [ -z "$since" ] || [ "$since" = "$(git rev-parse HEAD 2>/dev/null)" ]; then
      since="$(git rev-parse --verify -q HEAD~1 || git rev-parse HEAD)"
    fi
  fi
  { git diff --name-only --diff-filter=d "$since" && git ls-files --others --exclude-standard; } |
    grep -E '^(src|programs)/.*\.cpp$' | sort -u || true
}

# The compile command of $1, from the compilation database, without its output options.
tidy_command() {
  awk -v file="$SOURCE_DIR/$1" '
    /"command":/ { command = $0; sub(/^ *"command": "/, "", command); sub(/",$/, "", command) }
    /"file":/ { if (index($0, "\"" file "\"")) { gsub(/\\"/, "\"", command); print command; exit } }
  ' "$TIDY_DATABASE/compile_commands.json"
}

# 0 when the file is clean. Remembers that by the hash of everything the compiler would see.
tidy_one() {
  local file="$1" command key log
  command="$(tidy_command "$file")"
  [ -n "$command" ] || return 0 # not compiled in this preset (fuzzers)
  command="$(sed -e 's/^[^ ]*ccache //' -e 's/ -o [^ ]*//' -e 's/ -c / /' <<<"$command")"
  key="$( (cd "$TIDY_DATABASE" && eval "$command -E" 2>/dev/null; cat "$SOURCE_DIR/.clang-tidy") | sha256sum | cut -d ' ' -f 1)"
  [ ! -e "$CACHE_DIR/tidy/$key" ] || return 0
  log="$(clang-tidy-19 --quiet -p "$TIDY_DATABASE" "$file" 2>/dev/null)" || {
    printf '%s\n' "$log"
    return 1
  }
  mkdir -p "$CACHE_DIR/tidy"
  touch "$CACHE_DIR/tidy/$key"
}

# tidy_files FILE...: as many at once as ./dev build would run compilers.
tidy_files() {
  local status=0 file running=0
  for file in "$@"; do
    if [ "$running" -ge "$(jobs)" ]; then
      wait -n || status=1
      running=$((running - 1))
    fi
    tidy_one "$file" &
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do
    wait -n || status=1
    running=$((running - 1))
  done
  return "$status"
}

tidy_main() {
  local fix=no all=no since='' failed=0 files generated
  while [ $# -gt 0 ]; do
    case "$1" in
      --fix) fix=yes ;;
      --all) all=yes ;;
      --since)
        [ $# -ge 2 ] || wrong_usage "--since needs a revision"
        since="$2"
        shift
        ;;
      *) wrong_usage "tidy does not know $1; see ./dev tidy --help" ;;
    esac
    shift
  done
  . dev.d/setup.sh
  . dev.d/build.sh
  setup_if_needed

  say "formatting"
  if [ "$fix" = yes ]; then
    tidy_format -i
  elif ! tidy_format --dry-run --Werror --ferror-limit=1 2>&1 | { ! grep -E 'error:'; }; then
    echo "formatting differs: ./dev tidy --fix"
    failed=1
  fi

  say "house rules"
  dev.d/house_rules.sh || failed=1

  if [ "$all" = yes ]; then
    mapfile -t files < <(find src programs -name '*.cpp' | sort)
  else
    mapfile -t files < <(tidy_changed "$since")
  fi
  say "clang-tidy over ${#files[@]} files"
  configure fuzz >/dev/null
  mapfile -t generated < <(ninja -C "$TIDY_DATABASE" -t targets all | sed -n 's/^\([^:]*\.pb\.h\): .*/\1/p')
  [ ${#generated[@]} -eq 0 ] || compile fuzz "${generated[@]}" >/dev/null
  tidy_files ${files[@]+"${files[@]}"} || failed=1
  [ "$failed" -eq 0 ] || return 1
  say "tidy"
}
