# SPDX-License-Identifier: Apache-2.0
# What users include names nothing but the standard library and the other public headers. Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

file(GLOB headers "${SOURCE_DIR}/include/easypost_connect/*")
list(LENGTH headers header_count)
if(header_count EQUAL 0)
  message(FATAL_ERROR "no headers found below ${SOURCE_DIR}/include")
endif()

foreach(header IN LISTS headers)
  get_filename_component(name "${header}" NAME)
  file(STRINGS "${header}" lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(name STREQUAL "json.hpp" AND line MATCHES "<nlohmann/json\\.hpp>")
      continue()
    endif()
    # A standard header has no folder and no extension.
    if(NOT line MATCHES "<(easypost_connect/[a-z0-9_]+\\.hpp|[a-z0-9_]+)>")
      message(SEND_ERROR "include/easypost_connect/${name}: ${line}")
    endif()
    if(line MATCHES "<easypost_connect/(json|sandbox)\\.hpp>")
      message(SEND_ERROR "include/easypost_connect/${name}: ${CMAKE_MATCH_1}.hpp is opt-in")
    endif()
  endforeach()

  file(STRINGS "${header}" guard REGEX "^#pragma once$")
  if(NOT guard)
    message(SEND_ERROR "include/easypost_connect/${name}: no #pragma once")
  endif()
endforeach()

message(STATUS "looked at ${header_count} headers")
