# Hardened by default; there is no option to turn it off.
add_library(strongroom_hardening INTERFACE)
target_compile_options(strongroom_hardening INTERFACE
  -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE -fno-strict-overflow
  -ftrivial-auto-var-init=zero)
target_compile_definitions(strongroom_hardening INTERFACE _GLIBCXX_ASSERTIONS
  $<$<NOT:$<CONFIG:Debug>>:$<$<NOT:$<BOOL:${STRONGROOM_SANITIZE}>>:_FORTIFY_SOURCE=2>>)
target_link_options(strongroom_hardening INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)

set(STRONGROOM_SANITIZE "" CACHE STRING "sanitizers to build with, e.g. address,undefined")
if(STRONGROOM_SANITIZE)
  add_compile_options(-fsanitize=${STRONGROOM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STRONGROOM_SANITIZE})
endif()
