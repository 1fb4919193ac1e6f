# SPDX-License-Identifier: Apache-2.0
# Uses the SDK as a stranger's project would. Run with -D SOURCE_DIR=<repository> -D BUILD_DIR=<a built tree of it>
# -D WORK_DIR=<scratch folder> -D COMPILER=<c++> -D LAUNCHER=<ccache or nothing> -D SHARED=<bool>
# -D HOW=find_package|components|add_subdirectory|pkg_config|plug_in.
cmake_minimum_required(VERSION 3.24)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT result EQUAL 0)
    string(JOIN " " command ${ARGN})
    message(FATAL_ERROR "${command}\n${said}")
  endif()
endfunction()

# consumer.cpp makes sure that it cannot see this one; a renamed file would make that a check of nothing.
if(NOT EXISTS "${SOURCE_DIR}/src/core/ascii.hpp")
  message(FATAL_ERROR "consumer.cpp looks for an internal header that no longer exists")
endif()

set(prefix "${WORK_DIR}/prefix")
file(REMOVE_RECURSE "${WORK_DIR}")
set(configure "${CMAKE_COMMAND}" -G Ninja -B "${WORK_DIR}/build"
    -D "CMAKE_CXX_COMPILER=${COMPILER}" -D CMAKE_BUILD_TYPE=Debug)

if(HOW STREQUAL "add_subdirectory")
  run(${configure} -S "${CMAKE_CURRENT_LIST_DIR}/add_subdirectory" -D "SDK_SOURCE_DIR=${SOURCE_DIR}"
      -D "BUILD_SHARED_LIBS=${SHARED}" -D "CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")
else()
  run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")
  # A completion that is loaded by its file's name has to be the function of that name.
  foreach(page "man/man1/easypost-connect.1:SH NAME" "bash-completion/completions/easypost-connect:complete "
          "zsh/site-functions/_easypost_connect:_easypost_connect()" "fish/vendor_completions.d/easypost-connect.fish:-l"
          "doc/easypost_connect/LICENSE:Apache License")
    string(REGEX MATCH "^([^:]+):(.+)$" ignored "${page}")
    file(STRINGS "${prefix}/share/${CMAKE_MATCH_1}" lines)
    string(FIND "${lines}" "${CMAKE_MATCH_2}" position)
    if(position EQUAL -1)
      message(FATAL_ERROR "share/${CMAKE_MATCH_1} does not hold ${CMAKE_MATCH_2}")
    endif()
  endforeach()
endif()

if(HOW STREQUAL "find_package")
  # What the library does not need from its user must not be looked for.
  set(not_needed -D CMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON -D CMAKE_DISABLE_FIND_PACKAGE_httplib=ON
      -D CMAKE_DISABLE_FIND_PACKAGE_CLI11=ON)
  if(SHARED)
    list(APPEND not_needed -D CMAKE_DISABLE_FIND_PACKAGE_CURL=ON -D CMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON)
  endif()
  run(${configure} -S "${CMAKE_CURRENT_LIST_DIR}/find_package" -D "CMAKE_PREFIX_PATH=${prefix}" ${not_needed})
elseif(HOW STREQUAL "components")
  run(${configure} -S "${CMAKE_CURRENT_LIST_DIR}/find_package" -D "CMAKE_PREFIX_PATH=${prefix}" -D WITH_COMPONENTS=ON)
elseif(HOW MATCHES "^(pkg_config|plug_in)$")
  file(GLOB_RECURSE pc_file "${prefix}/*/easypost_connect.pc")
  cmake_path(GET pc_file PARENT_PATH pc_dir)
  cmake_path(GET pc_dir PARENT_PATH lib_dir)
  file(MAKE_DIRECTORY "${WORK_DIR}/build")
  set(ENV{PKG_CONFIG_PATH} "${pc_dir}")
  set(ENV{LD_LIBRARY_PATH} "${lib_dir}")
  execute_process(COMMAND pkg-config --cflags --libs easypost_connect
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
endif()

set(compile "${COMPILER}" -std=c++17)
if(HOW STREQUAL "pkg_config")
  run(${compile} "${CMAKE_CURRENT_LIST_DIR}/consumer.cpp" -o "${WORK_DIR}/build/consumer" ${flags})
elseif(HOW STREQUAL "plug_in")
  run(${compile} -fPIC -shared "${CMAKE_CURRENT_LIST_DIR}/plug_in.cpp" -o "${WORK_DIR}/build/plug_in.so" ${flags})
  run(${compile} "${CMAKE_CURRENT_LIST_DIR}/plug_in_host.cpp" -o "${WORK_DIR}/build/host" -lssl -lcrypto -ldl)
  run("${prefix}/bin/easypost-connect-sandbox" -- "${WORK_DIR}/build/host" "${WORK_DIR}/build/plug_in.so")
  return()
else()
  run("${CMAKE_COMMAND}" --build "${WORK_DIR}/build")
endif()
run("${WORK_DIR}/build/consumer")
if(HOW STREQUAL "components")
  run("${WORK_DIR}/build/component_consumer")
endif()
