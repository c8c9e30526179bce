# strongroom_room(NAME name [SOURCES ...] [USES rooms...] [LINKS libraries...] [TESTS x_test.cpp ...]
#                 [TEST_LINKS libraries...] [FUZZERS x_fuzz.cpp ...] [FUZZER_USES rooms...])
# Makes the static library `name` of the directory src/name; nested rooms (capture/signal) are named with
# an underscore (capture_signal). USES is checked against cmake/layers.cmake.
include(layers)

function(strongroom_room)
  cmake_parse_arguments(ROOM "" "NAME" "SOURCES;USES;LINKS;TESTS;TEST_USES;TEST_LINKS;FUZZERS;FUZZER_USES" ${ARGN})
  strongroom_check_layers(${ROOM_NAME} "${ROOM_USES}")
  if(ROOM_SOURCES)
    add_library(${ROOM_NAME} STATIC ${ROOM_SOURCES})
    set(_scope PUBLIC)
    target_link_libraries(${ROOM_NAME} PRIVATE strongroom_warnings strongroom_hardening)
  else()
    add_library(${ROOM_NAME} INTERFACE)
    set(_scope INTERFACE)
  endif()
  target_include_directories(${ROOM_NAME} ${_scope} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${ROOM_NAME} ${_scope} ${ROOM_USES} fmt::fmt)
  if(ROOM_LINKS)
    target_link_libraries(${ROOM_NAME} ${_scope} ${ROOM_LINKS})
  endif()
  if(ROOM_TESTS)
    add_executable(${ROOM_NAME}_test ${ROOM_TESTS})
    target_link_libraries(${ROOM_NAME}_test PRIVATE strongroom_warnings strongroom_hardening ${ROOM_NAME}
      ${ROOM_TEST_USES} ${ROOM_TEST_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_definitions(${ROOM_NAME}_test PRIVATE STRONGROOM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${ROOM_NAME} COMMAND ${ROOM_NAME}_test)
  endif()
  if(STRONGROOM_FUZZERS)
    foreach(file ${ROOM_FUZZERS})
      strongroom_fuzzer(${ROOM_NAME} ${file} ${ROOM_NAME} ${ROOM_FUZZER_USES})
    endforeach()
  endif()
endfunction()

# strongroom_fuzzer(PREFIX x_fuzz.cpp rooms...): the program PREFIX_x_fuzz.
function(strongroom_fuzzer PREFIX FILE)
  get_filename_component(fuzzer ${FILE} NAME_WE)
  add_executable(${PREFIX}_${fuzzer} ${FILE})
  target_compile_options(${PREFIX}_${fuzzer} PRIVATE -fsanitize=fuzzer)
  target_link_options(${PREFIX}_${fuzzer} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${PREFIX}_${fuzzer} PRIVATE strongroom_warnings ${ARGN})
  # For ./dev fuzz: where the program is, and what it was made from.
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/fuzzers/${PREFIX}_${fuzzer}
    CONTENT "$<TARGET_FILE:${PREFIX}_${fuzzer}>\n${CMAKE_CURRENT_SOURCE_DIR}/${FILE}\n")
endfunction()

# strongroom_program(NAME name SOURCES ... USES rooms... [LINKS ...])
# Every program gets a linker map beside it (name.map); tests read it to see what is inside.
function(strongroom_program)
  cmake_parse_arguments(PROGRAM "" "NAME" "SOURCES;USES;LINKS" ${ARGN})
  add_executable(${PROGRAM_NAME} ${PROGRAM_SOURCES})
  target_link_libraries(${PROGRAM_NAME} PRIVATE strongroom_warnings strongroom_hardening ${PROGRAM_USES} ${PROGRAM_LINKS})
  target_link_options(${PROGRAM_NAME} PRIVATE -Wl,-Map,${CMAKE_BINARY_DIR}/${PROGRAM_NAME}.map)
  set_target_properties(${PROGRAM_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()
