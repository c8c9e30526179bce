# OpenSSL >= 3.5, shared, and only one copy in a process (docs/decisions/openssl.md).
# The system's when it is new enough, otherwise the private copy that ./dev setup builds.
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(_strongroom_cache $ENV{XDG_CACHE_HOME}/strongroom)
else()
  set(_strongroom_cache $ENV{HOME}/.cache/strongroom)
endif()
set(STRONGROOM_OPENSSL_ROOT ${_strongroom_cache}/openssl CACHE PATH "private OpenSSL made by ./dev setup")

find_package(PkgConfig REQUIRED)
execute_process(COMMAND ${PKG_CONFIG_EXECUTABLE} --modversion libcrypto
  OUTPUT_VARIABLE _system_openssl OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
# .complete is the last file ./dev setup writes there.
if((NOT _system_openssl OR _system_openssl VERSION_LESS 3.5) AND EXISTS ${STRONGROOM_OPENSSL_ROOT}/.complete)
  set(OPENSSL_ROOT_DIR ${STRONGROOM_OPENSSL_ROOT})
  list(APPEND CMAKE_INSTALL_RPATH ${STRONGROOM_OPENSSL_ROOT}/lib)
  # One path from the start: to be able to change it at installation, CMake would pad it with colons, and an empty
  # element of a search path is the working directory.
  set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
  # RPATH, not RUNPATH: libraries we load (libcurl, libpq, libarchive) must find this copy too, not the system's.
  add_link_options(-Wl,--disable-new-dtags)
endif()
set(OPENSSL_USE_STATIC_LIBS OFF)
find_package(OpenSSL)
if(NOT OPENSSL_FOUND OR OPENSSL_VERSION VERSION_LESS 3.5)
  message(FATAL_ERROR "OpenSSL 3.5 or newer is needed, found: ${OPENSSL_VERSION}. "
    "Run ./dev setup, which builds a private copy.")
endif()
