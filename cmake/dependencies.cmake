# SPDX-License-Identifier: Apache-2.0
# Finds the package that brings TARGET: easypost_connect_find(TARGET PACKAGE [argument of find_package()]...). A project
# that adds this one may have made that target itself; then its library is used, and nothing is looked for.
function(easypost_connect_find target)
  if(NOT TARGET ${target})
    find_package(${ARGN} REQUIRED GLOBAL)
  endif()
endfunction()

# The parts name what they need; no public header but json.hpp names any of it.
include(cmake/llhttp.cmake)
if(EASYPOST_CONNECT_BUILD_TESTS)
  easypost_connect_find(GTest::gmock GTest 1.12)
endif()
