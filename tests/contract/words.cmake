# SPDX-License-Identifier: Apache-2.0
# One word for a thing: Request > Call > Attempt > Transfer. The words that stood beside these do not come back; the
# changelog and the decision records may tell of them.
# Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

set(gone
  ApiKeyInjector BodyInput BodyOrigin BodyOutput BodyTarget ClientCredentialsTokenProvider ClientParts CurlSession
  CurlTransfer Errand Exchange Generations IoParts JobStore MtlsTransport MultiTransport ProcessParts
  ResponseSink ThreadPerExchange process_generation take_off)

file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}"
  "${SOURCE_DIR}/include/*.hpp" "${SOURCE_DIR}/src/*.[ch]pp" "${SOURCE_DIR}/src/*.md" "${SOURCE_DIR}/tests/*.[ch]pp"
  "${SOURCE_DIR}/tools/*.[ch]pp" "${SOURCE_DIR}/benchmarks/*.[ch]pp" "${SOURCE_DIR}/docs/*.md")
list(APPEND files README.md)
list(FILTER files EXCLUDE REGEX "^docs/(adr/|CHANGELOG)")
list(LENGTH files file_count)
if(file_count LESS 2)
  message(FATAL_ERROR "no sources found below ${SOURCE_DIR}")
endif()

list(JOIN gone "|" words)
foreach(file IN LISTS files)
  file(READ "${SOURCE_DIR}/${file}" text)
  if(text MATCHES "(^|[^A-Za-z_])(${words})([^A-Za-z_]|$)")
    message(SEND_ERROR "${file}: ${CMAKE_MATCH_2} is a word of before")
  endif()
endforeach()

message(STATUS "looked at ${file_count} files")
