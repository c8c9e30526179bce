# Sourced by the transcripts: how they judge. Needs `program` and `broken`.

# expect STATUS PATTERN ARGUMENTS...: the program ends with STATUS and says PATTERN on either stream.
expect() {
  local status="$1" pattern="$2" said got
  shift 2
  said="$("$program" "$@" 2>&1)"
  got=$?
  if [ "$got" -ne "$status" ] || ! grep -qE -- "$pattern" <<<"$said"; then
    printf 'expected %s and /%s/, got %s from: %s\n%s\n\n' "$status" "$pattern" "$got" "$*" "$said"
    broken=1
  fi
}
