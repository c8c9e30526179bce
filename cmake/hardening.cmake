# Hardened by default; there is no option to turn it off. The test `hardening` reads it back from the programs.
include(CheckCXXCompilerFlag)

add_library(strongroom_hardening INTERFACE)
target_compile_options(strongroom_hardening INTERFACE -fPIE -fno-strict-overflow)
# Asked of the compiler one by one: not every processor has each of them.
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard
    -ftrivial-auto-var-init=zero)
  string(MAKE_C_IDENTIFIER "strongroom_has${flag}" known)
  set(CMAKE_REQUIRED_QUIET ON)
  check_cxx_compiler_flag(${flag} ${known})
  if(${known})
    target_compile_options(strongroom_hardening INTERFACE ${flag})
  endif()
endforeach()
target_compile_definitions(strongroom_hardening INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(strongroom_hardening INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)

# What is shipped does not depend on where it was built: ./dev reproduce. Only there, because the compiler cache
# of all other builds is shared between checkouts by paths that are relative already.
if(CMAKE_BUILD_TYPE STREQUAL Release)
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=/strongroom)
endif()

set(STRONGROOM_SANITIZE "" CACHE STRING "sanitizers to build with, e.g. address,undefined")
if(STRONGROOM_SANITIZE)
  add_compile_options(-fsanitize=${STRONGROOM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STRONGROOM_SANITIZE})
else()
  # Needs optimisation, and the sanitizers check more than it does.
  target_compile_options(strongroom_hardening INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
endif()
