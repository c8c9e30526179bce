# ./dev setup: everything a bare Debian 12 or 13 needs to build Strongroom.

setup_help() {
  cat <<'HELP'
Usage: ./dev setup

Installs the Debian packages that are missing (and only those; needs root or sudo) and, where the system's OpenSSL
is older than 3.5, builds a private shared copy from Debian 13's source package into
${XDG_CACHE_HOME:-~/.cache}/strongroom/openssl (about 4 minutes on 2 cores; the system's own OpenSSL and apt sources
are not touched). Run again, it finds nothing to do, takes a second and needs no network.

Works on Debian 12 (bookworm) and 13 (trixie), from their main archive alone.
HELP
}

setup_packages() {
  local release="$1"
  echo g++ make cmake ninja-build ccache pkg-config git ca-certificates dpkg-dev perl binutils xz-utils
  echo clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev lld-19 llvm-19
  echo libfmt-dev libcli11-dev libgtest-dev libgmock-dev libbenchmark-dev libzstd-dev libsqlite3-dev zlib1g-dev
  echo libprotobuf-dev protobuf-compiler libarchive-dev libicu-dev libseccomp-dev libgmime-3.0-dev libexpat1-dev mandoc spin
  if [ "$release" = 12 ]; then
    echo libboost1.81-dev libboost-json1.81-dev # 1.74, the default there, does not compile as C++23
  else
    echo libboost-dev libboost-json-dev libssl-dev
  fi
  # Another packager's node conflicts with Debian's npm: only where there is none.
  command -v npm >/dev/null || echo nodejs npm
}

setup_missing_packages() {
  local package
  for package in $(setup_packages "$1"); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# The Debian release (12, 13, ...) this machine is, or is built from.
setup_release() {
  local version
  [ -r /etc/debian_version ] && command -v apt-get >/dev/null ||
    fail "this is not Debian. Install by hand: $(setup_packages 13 | tr '\n' ' ')(OpenSSL 3.5 or newer), then ./dev build."
  version="$(. /etc/os-release && [ "$ID" = debian ] && echo "${VERSION_ID:-}" || true)"
  case "$version" in
    12 | 13) echo "$version" ;;
    *) fail "Debian 12 and 13 are supported; this is $(. /etc/os-release && echo "$PRETTY_NAME")." ;;
  esac
}

setup_install() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "these packages are missing and installing them needs root: $*. Run as root: apt-get install $*"
    say "installing packages needs root: sudo may ask for your password"
    sudo true || fail "sudo refused. Ask an administrator to run: apt-get install $*"
    as_root=(sudo)
  fi
  logged "reading the package lists" "$CACHE_DIR/log/apt-update" \
    "${as_root[@]}" apt-get -q -o APT::Update::Error-Mode=any update ||
    fail "the package lists could not be read. Is the network up, and /etc/apt right?"
  logged "installing $# packages: $*" "$CACHE_DIR/log/apt-install" \
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 install "$@"
}

# The mirror this machine already trusts to be near; the public one where that cannot be told.
setup_mirror() {
  local mirror
  mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' \
    2>/dev/null | grep -v security | head -n 1 || true)"
  echo "${mirror:-http://deb.debian.org/debian}"
}

# Fetches and unpacks Debian 13's OpenSSL into $1/source, through an apt configuration of its own: neither the
# machine's sources nor its lists change. apt checks the signature of the lists, and by them the archive's hash.
setup_fetch_openssl() {
  local work="$1" options
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(setup_mirror) trixie main" \
    >"$work/sources.list"
  options=(-q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/nonexistent
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)"
    -o APT::Update::Error-Mode=any)
  apt-get "${options[@]}" update || return
  (cd "$work" && apt-get "${options[@]}" source --download-only openssl) || return
  (cd "$work" && dpkg-source -x openssl_*.dsc source)
}

setup_compile_openssl() {
  cd "$1/source" || return
  ./Configure --prefix="$OPENSSL_PREFIX" --libdir=lib no-docs no-tests no-legacy || return
  make -j "$(jobs)" || return
  make install_sw || return
}

setup_openssl() {
  local work
  if system_openssl_is_new_enough || [ -e "$OPENSSL_STAMP" ]; then return; fi
  work="$(mktemp -d "${TMPDIR:-/tmp}/strongroom-openssl.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
  rm -rf "$OPENSSL_PREFIX"
  logged "fetching OpenSSL's source package from Debian 13" "$CACHE_DIR/log/openssl-fetch" \
    setup_fetch_openssl "$work" || fail "the source package could not be fetched. Is the network up?"
  logged "building a private OpenSSL; about 4 minutes on 2 cores" "$CACHE_DIR/log/openssl-build" \
    setup_compile_openssl "$work"
  version_at_least "$(PKG_CONFIG_PATH="$OPENSSL_PREFIX/lib/pkgconfig" pkg-config --modversion libcrypto)" \
    "$OPENSSL_MINIMUM" || fail "the OpenSSL that was built is older than $OPENSSL_MINIMUM."
  sed -n 's/^Version: //p' "$work"/openssl_*.dsc | head -n 1 >"$OPENSSL_STAMP" # the bill of materials names it
  rm -rf "$work"
  trap - EXIT
}

# True when nothing is to be done. Asks nobody but this machine.
setup_is_done() {
  [ -z "$(setup_missing_packages "$(setup_release)")" ] || return 1
  system_openssl_is_new_enough || [ -e "$OPENSSL_STAMP" ]
}

setup_if_needed() { setup_is_done || setup_main; }

setup_main() {
  [ $# -eq 0 ] || wrong_usage "setup takes no arguments"
  local release missing
  release="$(setup_release)"
  mkdir -p "$CACHE_DIR"
  exec 9>"$CACHE_DIR/setup.lock"
  flock 9 # two set-ups at once would build OpenSSL into each other
  missing="$(setup_missing_packages "$release")"
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # a list of words
    setup_install $missing
  fi
  setup_openssl
  exec 9>&-
  say "set up: Debian $release, $(g++ -dumpfullversion | sed 's/^/g++ /'), $(clang++-19 -dumpversion | sed 's/^/clang /'), $(setup_openssl_in_use)"
}

setup_openssl_in_use() {
  if [ -e "$OPENSSL_STAMP" ] && ! system_openssl_is_new_enough; then
    echo "OpenSSL $(PKG_CONFIG_PATH="$OPENSSL_PREFIX/lib/pkgconfig" pkg-config --modversion libcrypto) in $OPENSSL_PREFIX"
  else
    echo "OpenSSL $(pkg-config --modversion libcrypto) of the system"
  fi
}
