# The build refuses an include that runs upwards: CheckLayers.cmake on small folders that are right
# and wrong.   cmake -DSOURCE_DIR=... -DWORK_DIR=... -P layers_test.cmake
function(expect verdict uses line message)
  file(REMOVE_RECURSE "${WORK_DIR}")
  file(WRITE "${WORK_DIR}/certifix/range/range.cpp" "#include <vector>\n${line}\nint x;\n")
  execute_process(COMMAND "${CMAKE_COMMAND}" -DFOLDER=range "-DUSES=${uses}" "-DROOT=${WORK_DIR}"
                          -P "${SOURCE_DIR}/cmake/CheckLayers.cmake"
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if((verdict STREQUAL "accepted" AND NOT result EQUAL 0)
     OR (verdict STREQUAL "refused" AND result EQUAL 0))
    message(FATAL_ERROR "${line} with USES '${uses}' was not ${verdict}: ${output}")
  endif()
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(NOT output MATCHES "${message}")
    message(FATAL_ERROR "${line}: expected '${message}', got: ${output}")
  endif()
endfunction()

expect(accepted "net;num/exact" "#include \"certifix/num/exact/rational.hpp\"" "")
expect(accepted "net" "#include \"certifix/range/range.hpp\"" "")
expect(accepted "net" "#include \"certifix/range/crown/slopes.hpp\"" "")
expect(refused "emit" "#include \"certifix/emit/c/c_source.hpp\""
       "certifix/range may not use certifix/emit/c")
expect(refused "net" "#include \"certifix/check/verify.hpp\""
       "certifix/range may not use certifix/check")
expect(refused "net" "#  include \"certifix/check/verify.hpp\""
       "certifix/range may not use certifix/check")
expect(refused "net" "#include \"certifix/network/net.hpp\""
       "certifix/range may not use certifix/network")
expect(refused "net" "#include \"range.hpp\"" "project headers are included as")
expect(refused "net" "#include <certifix/net/network.hpp>" "project headers are included as")
expect(refused "net" "#include \"../net/network.hpp\"" "project headers are included as")
file(REMOVE_RECURSE "${WORK_DIR}")
