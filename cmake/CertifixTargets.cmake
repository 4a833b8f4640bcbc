# One library a folder. The folder's CMakeLists.txt names the folders it may use, and nothing else:
#
#   certifix_library(range USES net num/outward)
#
# makes the target certifix::range from every .cpp below certifix/range;
#
#   certifix_program(certifix-check check_main USES base check)
#
# makes an executable in the same way. Eight sources are compiled at once, as one: most of the time
# goes into the headers that they share. Files after SEPARATE (ALL for a whole folder) are compiled
# one by one: their private names would clash, or tools change single files (./dev mutants).
#
# At each build CheckLayers.cmake reads the #include lines of the folder and refuses one that points
# to a folder not in USES, so that links cannot run upwards unnoticed. Library targets exist only
# once their CMakeLists.txt was read: certifix/CMakeLists.txt
# lists the folders from the ground up, which keeps USES downwards too.

add_library(certifix_flags INTERFACE)
target_compile_features(certifix_flags INTERFACE cxx_std_20)
target_include_directories(certifix_flags INTERFACE "${PROJECT_SOURCE_DIR}")
# Enclosures rely on IEEE semantics: one rounding per operation, no contraction, no reassociation.
target_compile_options(certifix_flags INTERFACE -ffp-contract=off -fno-fast-math)
target_compile_options(certifix_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wno-sign-conversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc 12 takes "x" + std::string for an overlapping copy at -O3 (GCC bug 105329).
  target_compile_options(certifix_flags INTERFACE -Wno-restrict)
endif()
if(CERTIFIX_WERROR)
  target_compile_options(certifix_flags INTERFACE -Werror)
endif()
set_target_properties(certifix_flags PROPERTIES EXPORT_NAME flags)

# The part that library and program share: sets `name`, `sources`, `uses` and ARG_LIBRARIES.
macro(certifix_room folder)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES;SEPARATE" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(uses "")
  foreach(used IN LISTS ARG_USES)
    string(REPLACE "/" "_" used_name "${used}")
    if(NOT TARGET certifix_${used_name})
      message(FATAL_ERROR "certifix/${folder} uses certifix/${used}, which does not stand below it "
                          "in certifix/CMakeLists.txt")
    endif()
    list(APPEND uses certifix_${used_name})
  endforeach()
  # A target of its own, so that folders of headers alone are checked too.
  add_custom_target(
    certifix_${name}_layers ALL
    COMMAND "${CMAKE_COMMAND}" -DFOLDER=${folder} "-DUSES=${ARG_USES}" -DROOT=${PROJECT_SOURCE_DIR}
            -P "${PROJECT_SOURCE_DIR}/cmake/CheckLayers.cmake"
    COMMENT "Includes of certifix/${folder}"
    VERBATIM)
endmacro()

function(certifix_join target)
  if(CERTIFIX_JOIN AND NOT ARG_SEPARATE STREQUAL "ALL")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${ARG_SEPARATE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

function(certifix_library folder)
  certifix_room(${folder} ${ARGN})
  if(sources)
    add_library(certifix_${name} STATIC ${sources})
    target_link_libraries(certifix_${name} PUBLIC certifix_flags ${uses} PRIVATE ${ARG_LIBRARIES})
    certifix_join(certifix_${name})
  else()
    add_library(certifix_${name} INTERFACE)
    target_link_libraries(certifix_${name} INTERFACE certifix_flags ${uses} ${ARG_LIBRARIES})
  endif()
  add_dependencies(certifix_${name} certifix_${name}_layers)
  add_library(certifix::${name} ALIAS certifix_${name})
endfunction()

function(certifix_program program folder)
  certifix_room(${folder} ${ARGN})
  add_executable(${program} ${sources})
  certifix_join(${program})
  target_link_libraries(${program} PRIVATE certifix_flags ${uses} ${ARG_LIBRARIES})
  add_dependencies(${program} certifix_${name}_layers)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
  install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()
