# One library a folder. The folder's CMakeLists.txt names the folders it may use, and nothing else:
#
#   certifix_library(range USES net num/outward)
#
# makes the target certifix::range from every .cpp below certifix/range. At each build
# CheckLayers.cmake reads the #include lines of the folder and refuses one that points to a folder
# not reachable through USES, so that links cannot run upwards unnoticed.

add_library(certifix_flags INTERFACE)
target_compile_features(certifix_flags INTERFACE cxx_std_20)
target_include_directories(certifix_flags INTERFACE "${PROJECT_SOURCE_DIR}")
# Enclosures rely on IEEE semantics: one rounding per operation, no contraction, no reassociation.
target_compile_options(certifix_flags INTERFACE -ffp-contract=off -fno-fast-math)
target_compile_options(certifix_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wno-sign-conversion)
if(CERTIFIX_WERROR)
  target_compile_options(certifix_flags INTERFACE -Werror)
endif()
set_target_properties(certifix_flags PROPERTIES EXPORT_NAME flags)

function(certifix_library folder)
  cmake_parse_arguments(ARG "" "" "USES;LIBRARIES" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(uses "")
  foreach(used IN LISTS ARG_USES)
    string(REPLACE "/" "_" used_name "${used}")
    list(APPEND uses certifix_${used_name})
  endforeach()
  if(sources)
    add_library(certifix_${name} STATIC ${sources})
    target_link_libraries(certifix_${name} PUBLIC certifix_flags ${uses} PRIVATE ${ARG_LIBRARIES})
    add_custom_command(
      TARGET certifix_${name} PRE_BUILD
      COMMAND "${CMAKE_COMMAND}" -DFOLDER=${folder} "-DUSES=${ARG_USES}"
              -DROOT=${PROJECT_SOURCE_DIR} -P "${PROJECT_SOURCE_DIR}/cmake/CheckLayers.cmake"
      VERBATIM)
  else()
    add_library(certifix_${name} INTERFACE)
    target_link_libraries(certifix_${name} INTERFACE certifix_flags ${uses} ${ARG_LIBRARIES})
  endif()
  add_library(certifix::${name} ALIAS certifix_${name})
endfunction()
