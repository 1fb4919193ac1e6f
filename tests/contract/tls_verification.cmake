# SPDX-License-Identifier: Apache-2.0
# Nothing switches the verification of the server off, and libcurl's untyped setter has one door.
# Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}"
  "${SOURCE_DIR}/include/*.hpp" "${SOURCE_DIR}/src/*.[ch]pp" "${SOURCE_DIR}/tools/*.[ch]pp"
  "${SOURCE_DIR}/examples/*.[ch]pp")
list(LENGTH files file_count)
if(file_count EQUAL 0)
  message(FATAL_ERROR "no sources found below ${SOURCE_DIR}")
endif()

set(doors "")
foreach(file IN LISTS files)
  file(READ "${SOURCE_DIR}/${file}" text)
  string(REGEX REPLACE "//[^\n]*" "" text "${text}")
  string(REGEX REPLACE "[ \t\r\n]+" " " text "${text}")

  if(text MATCHES "CURLOPT_[A-Z_]*(VERIFYPEER|VERIFYHOST|VERIFYSTATUS)[^;]*[,({=] ?(0[lLuU]*|false|nullptr) ?[)};,]")
    message(SEND_ERROR "${file}: ${CMAKE_MATCH_0}: the server is always verified")
  endif()
  # The sandbox is a server; not asking a client for a certificate is its right.
  if(text MATCHES "SSL_VERIFY_NONE" AND NOT file MATCHES "^src/sandbox/")
    message(SEND_ERROR "${file}: SSL_VERIFY_NONE: the server is always verified")
  endif()
  if(text MATCHES "curl_easy_setopt")
    list(APPEND doors "${file}")
  endif()
endforeach()

list(LENGTH doors door_count)
if(NOT door_count EQUAL 1 OR NOT doors MATCHES "^src/client/wire/curl_handle\\.[ch]pp$")
  message(SEND_ERROR "curl_easy_setopt belongs in src/client/wire/curl_handle alone, and is in: ${doors}")
endif()

message(STATUS "looked at ${file_count} files")
