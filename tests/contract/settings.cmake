# SPDX-License-Identifier: Apache-2.0
# src/client/core/settings.hpp names every variable and flag once. The documents and the completion name all of them, and nothing
# names a variable that nobody reads.
# Run with -D SOURCE_DIR=<repository>, and -D COMPLETION=<script for bash> where easypost-connect is built.
cmake_minimum_required(VERSION 3.24)

file(READ "${SOURCE_DIR}/src/client/core/settings.hpp" table)
string(REGEX REPLACE "[ \n]+" " " table "${table}")
string(REGEX REPLACE ".*kSettings{" "" all_settings "${table}")
string(REGEX MATCHALL "constexpr Setting k[A-Za-z]+{[^}]*}" rows "${table}")
list(LENGTH rows row_count)
if(row_count EQUAL 0)
  message(FATAL_ERROR "no settings found in src/client/core/settings.hpp")
endif()

file(READ "${SOURCE_DIR}/README.md" readme)
file(READ "${SOURCE_DIR}/docs/cli.md" cli)
set(completion "")
if(COMPLETION AND NOT EXISTS "${COMPLETION}")
  message(STATUS "easypost-connect is not built yet, so its completion is not looked at")
elseif(COMPLETION)
  file(READ "${COMPLETION}" completion)
endif()

set(variables "")
foreach(row IN LISTS rows)
  string(REGEX MATCH "Setting (k[A-Za-z]+){\"[a-z_.]*\", \"([A-Z_]+)\", \"([a-z-]*)\"(.*)}" row "${row}")
  set(name "${CMAKE_MATCH_1}")
  set(variable "${CMAKE_MATCH_2}")
  set(flag "${CMAKE_MATCH_3}")
  set(rest "${CMAKE_MATCH_4}")
  if(rest MATCHES ", true$" AND NOT flag MATCHES "-file$")
    message(SEND_ERROR "src/client/core/settings.hpp: the flag of ${name} takes a secret itself, not its file")
  endif()
  list(APPEND variables "${variable}")
  if(rest MATCHES ", true$" OR name STREQUAL "kClientId")  # may stand in a file
    list(APPEND variables "${variable}_FILE")
  endif()
  if(NOT all_settings MATCHES "setting::${name}[,}]")
    message(SEND_ERROR "src/client/core/settings.hpp: kSettings lacks ${name}")
  endif()
  if(NOT readme MATCHES "`${variable}`")
    message(SEND_ERROR "src/client/core/settings.hpp: README.md does not name ${variable}")
  endif()
  if(flag AND NOT cli MATCHES "`${flag}[` ]")
    message(SEND_ERROR "src/client/core/settings.hpp: docs/cli.md does not name ${flag}")
  endif()
  if(flag AND completion AND NOT completion MATCHES "[ ']${flag}[ ']")
    message(SEND_ERROR "src/client/core/settings.hpp: the completion does not name ${flag}")
  endif()
endforeach()

# The program of the sandbox has one variable of its own. The others are macros and options of the build; a part has an export
# macro and an option.
set(others "EASYPOST_CONNECT_(SANDBOX_AUTHORITY|VERSION|([A-Z_]+_)?EXPORT|INSTALL|BUILD(_[A-Z]+)*)")
file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/docs/*.md" "${SOURCE_DIR}/include/*.hpp" "${SOURCE_DIR}/src/*.[ch]pp"
  "${SOURCE_DIR}/tools/*.[ch]pp" "${SOURCE_DIR}/examples/*.[ch]pp")
list(APPEND files README.md)
foreach(file IN LISTS files)
  file(READ "${SOURCE_DIR}/${file}" text)
  string(REGEX MATCHALL "EASYPOST_CONNECT_[A-Z_]*[A-Z]" named "${text}")
  foreach(variable IN LISTS named)
    if(NOT variable IN_LIST variables AND NOT variable MATCHES "^${others}$")
      message(SEND_ERROR "${file}: ${variable} is no setting")
    endif()
  endforeach()
endforeach()

message(STATUS "looked at ${row_count} settings")
