# ./dev sbom: what the programs are made of.

sbom_help() {
  cat <<'HELP'
Usage: ./dev sbom [--preset dev|release] [FILE]

Writes the bill of materials (SPDX 2.3, JSON) of the programs in build/PRESET/bin (default: release, built first) to FILE
or standard output: each program with its SHA-256, the packages of the libraries it loads and of the headers compiled
into it, the private OpenSSL where there is one, and the tools that built it. Versions are those on this machine, from
dpkg. cmake --install writes the same beside the programs (share/doc/strongroom).
HELP
}

sbom_main() {
  local preset=release file=
  while [ $# -gt 0 ]; do
    case "$1" in
      --preset)
        [ $# -ge 2 ] || wrong_usage "--preset needs a name"
        preset="$2"
        shift 2
        ;;
      -*) wrong_usage "sbom does not know $1; see ./dev sbom --help" ;;
      *)
        file="$1"
        shift
        ;;
    esac
  done
  case "$preset" in dev | release) ;; *) wrong_usage "there are programs to describe in dev and release only" ;; esac
  . dev.d/setup.sh
  . dev.d/build.sh
  setup_is_done || fail "this machine is not set up: run ./dev setup first."
  # shellcheck disable=SC2046  # a list of words
  compile "$preset" $(programs) >&2
  if [ -n "$file" ]; then perl dev.d/sbom.pl "build/$preset" >"$file"; else perl dev.d/sbom.pl "build/$preset"; fi
}
