# SPDX-License-Identifier: Apache-2.0
# Who may include whom: client -> engine -> call, auth, wire -> identity -> core.
# Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

set(may_include_core core)
set(may_include_identity core identity)
set(may_include_wire core identity wire)
set(may_include_auth core auth)
set(may_include_call core call)  # and one value type of auth, below
set(may_include_engine core auth call wire engine)
set(may_include_client core identity wire auth call engine client)
set(may_include_api core api)
set(may_include_sandbox core sandbox)

# Which files may know a third party, as regular expressions of their paths below src.
set(may_name_curl "^wire/")
set(may_name_llhttp "^wire/")
set(may_name_nghttp2 "^wire/|^sandbox/")
set(may_name_openssl "^identity/|^wire/|^sandbox/|^core/(base64|secret|wipe)\\.cpp$")
set(may_name_nlohmann "^auth/token_(complaint|response)\\.[ch]pp$|^core/(answer_fields\\.cpp|json_document\\.hpp)$|^api/|^sandbox/")
set(may_name_httplib "^sandbox/")
set(may_name_CLI "^$")
set(may_name_gtest "^$")
set(may_name_gmock "^$")

# The opt-in public headers: nothing below may come to need them.
set(may_name_json_hpp "^api/|^sandbox/")
set(may_name_sandbox_hpp "^sandbox/")

file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}/src" "${SOURCE_DIR}/src/*.hpp" "${SOURCE_DIR}/src/*.cpp")
list(LENGTH files file_count)
if(file_count EQUAL 0)
  message(FATAL_ERROR "no sources found below ${SOURCE_DIR}/src")
endif()

foreach(file IN LISTS files)
  string(REGEX REPLACE "/.*" "" folder "${file}")
  if(NOT DEFINED may_include_${folder})
    message(SEND_ERROR "src/${file}: its folder has no rule in ${CMAKE_CURRENT_LIST_FILE}")
    continue()
  endif()

  file(STRINGS "${SOURCE_DIR}/src/${file}" lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(line MATCHES "\"([^\"]+)\"")
      set(included "${CMAKE_MATCH_1}")
      string(REGEX MATCH "^[^/]+" target "${included}")
      if(folder STREQUAL "call" AND included STREQUAL "auth/access_token.hpp")
        continue()
      endif()
      if(NOT target IN_LIST may_include_${folder} OR NOT EXISTS "${SOURCE_DIR}/src/${included}")
        message(SEND_ERROR "src/${file}: \"${included}\": ${folder} may include only: ${may_include_${folder}}")
      endif()
    elseif(line MATCHES "<easypost_connect/(json|sandbox)\\.hpp>")
      if(NOT file MATCHES "${may_name_${CMAKE_MATCH_1}_hpp}")
        message(SEND_ERROR "src/${file}: must not include ${CMAKE_MATCH_1}.hpp")
      endif()
    elseif(line MATCHES "<(curl|openssl|llhttp|nghttp2|nlohmann|httplib|CLI|gtest|gmock)[/.]")
      set(party "${CMAKE_MATCH_1}")
      if(NOT file MATCHES "${may_name_${party}}")
        message(SEND_ERROR "src/${file}: must not include <${party}...>")
      endif()
    endif()
  endforeach()
endforeach()

message(STATUS "looked at ${file_count} files")
