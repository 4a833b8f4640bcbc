# Refuses an #include that leaves the folders a library has declared (see CertifixTargets.cmake).
# Subfolders of another folder are private to it, unless they are declared themselves (num/exact):
# so nothing but certifix/emit reaches the writers behind emit().
# Variables: FOLDER, USES (semicolon list of folders, as in certifix_library), ROOT.
cmake_minimum_required(VERSION 3.22)
file(GLOB_RECURSE files "${ROOT}/certifix/${FOLDER}/*.cpp" "${ROOT}/certifix/${FOLDER}/*.hpp")
foreach(file IN LISTS files)
  file(STRINGS "${file}" includes REGEX "^[ \t]*#[ \t]*include[ \t]*(\"|<certifix/)")
  foreach(line IN LISTS includes)
    if(NOT line MATCHES "include[ \t]*\"certifix/(.+)/[^/]+\"")
      message(FATAL_ERROR "${file}: ${line}\n  project headers are included as \"certifix/FOLDER/...\"")
    endif()
    set(target "${CMAKE_MATCH_1}")
    if(NOT target IN_LIST USES AND NOT target STREQUAL FOLDER AND NOT target MATCHES "^${FOLDER}/")
      message(FATAL_ERROR "${file}: ${line}\n  certifix/${FOLDER} may not use certifix/${target}; "
                          "it declares: ${USES}")
    endif()
  endforeach()
endforeach()
