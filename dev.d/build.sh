# ./dev build: configure and compile one preset.

build_help() {
  cat <<'HELP'
Usage: ./dev build [--preset dev|release|fuzz|tsan] [TARGET...]

Compiles into build/PRESET (default: dev, g++ with optimisation; programs are in build/dev/bin). Compilers are cached
by ccache in ${XDG_CACHE_HOME:-~/.cache}/strongroom/ccache; as many run at once as there are processors, given
1.5 GiB of free memory for each.

  dev      g++, optimised, with line numbers    release  g++, as shipped, with benchmarks
  fuzz     clang, address and undefined-behaviour sanitizers: all tests, and the libFuzzer targets
  tsan     clang, thread sanitizer
HELP
}

# compile PRESET [TARGET...]
compile() {
  local preset="$1"
  shift
  configure "$preset"
  ninja -C "build/$preset" -j "$(jobs)" "$@"
}

configure() {
  [ -e "build/$1/build.ninja" ] || cmake --preset "$1"
}

# The programs that are shipped, one a line.
programs() { find programs -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort; }

build_main() {
  local preset=dev targets=()
  while [ $# -gt 0 ]; do
    case "$1" in
      --preset)
        [ $# -ge 2 ] || wrong_usage "--preset needs a name"
        preset="$2"
        shift 2
        ;;
      --preset=*)
        preset="${1#--preset=}"
        shift
        ;;
      -*) wrong_usage "build does not know $1; see ./dev build --help" ;;
      *)
        targets+=("$1")
        shift
        ;;
    esac
  done
  case "$preset" in
    dev | release | fuzz | tsan) ;;
    *) wrong_usage "there is no preset \"$preset\"; see ./dev build --help" ;;
  esac
  . dev.d/setup.sh
  setup_is_done || fail "this machine is not set up: run ./dev setup first."
  compile "$preset" ${targets[@]+"${targets[@]}"}
  say "built; the programs are in build/$preset/bin"
}
