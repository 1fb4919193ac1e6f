# SPDX-License-Identifier: Apache-2.0
# Who may include whom. In src/client: facade -> rotation -> engine -> call, token, wire -> body, identity -> core. Every
# other part is a folder of src, and sees public headers; sandbox and vaults use core as well.
# Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

set(may_include_client/core core)
set(may_include_client/body core body)
set(may_include_client/identity core identity)
set(may_include_client/wire core body identity wire)
set(may_include_client/token core token)
set(may_include_client/call core body call)  # and one value type of token, below
set(may_include_client/engine core body token call wire engine)
set(may_include_client/rotation core body identity wire token call engine rotation)
set(may_include_client/facade core body identity wire token call engine rotation facade)
set(may_include_sandbox core sandbox)
set(may_include_vaults core vaults)

# Which files may know a third party, as regular expressions of their paths below src.
set(may_name_curl "^client/wire/")
set(may_name_llhttp "^client/wire/")
set(may_name_nghttp2 "^client/wire/|^sandbox/")
set(may_name_openssl "^client/(identity|wire)/|^sandbox/|^vaults/|^client/core/((encoding|process|secrets)\\.cpp|openssl_handles\\.hpp)$")
set(may_name_nlohmann
  "^client/token/(client_credentials_grant\\.cpp|token_answer\\.hpp)$|^client/core/(answer_fields\\.cpp|json_document\\.hpp)$|^sandbox/|^vaults/secret_json\\.cpp$")
set(may_name_httplib "^sandbox/")
set(may_name_CLI "^$")
set(may_name_gtest "^$")
set(may_name_gmock "^$")

# The opt-in public headers: nothing below may come to need them.
set(may_name_json_hpp "^sandbox/")
set(may_name_sandbox_hpp "^sandbox/")

file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}/src" "${SOURCE_DIR}/src/*.hpp" "${SOURCE_DIR}/src/*.cpp")
list(LENGTH files file_count)
if(file_count EQUAL 0)
  message(FATAL_ERROR "no sources found below ${SOURCE_DIR}/src")
endif()

foreach(file IN LISTS files)
  string(REGEX MATCH "^(client/)?[^/]+" room "${file}")
  if(NOT DEFINED may_include_${room})
    message(SEND_ERROR "src/${file}: its folder has no rule in ${CMAKE_CURRENT_LIST_FILE}")
    continue()
  endif()

  file(STRINGS "${SOURCE_DIR}/src/${file}" lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(line MATCHES "\"([^\"]+)\"")
      set(included "${CMAKE_MATCH_1}")
      string(REGEX MATCH "^[^/]+" target "${included}")
      if(room STREQUAL "client/call" AND included STREQUAL "token/access_token.hpp")
        continue()
      endif()
      # The folders of src/client and the other parts are named alike.
      if(NOT target IN_LIST may_include_${room} OR
         NOT (EXISTS "${SOURCE_DIR}/src/client/${included}" OR EXISTS "${SOURCE_DIR}/src/${included}"))
        message(SEND_ERROR "src/${file}: \"${included}\": ${room} may include only: ${may_include_${room}}")
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
