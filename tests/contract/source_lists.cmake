# SPDX-License-Identifier: Apache-2.0
# The lists of sources and headers are written by hand, so that a build says what it is made of; a test that is not in one
# never runs.
# Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

set(file_count 0)
foreach(folder src tests/unit tests/integration tests/support tools)
  string(REGEX REPLACE "/.*" "" list_folder "${folder}")
  file(READ "${SOURCE_DIR}/${list_folder}/CMakeLists.txt" list)
  file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}/${list_folder}" "${SOURCE_DIR}/${folder}/*.cpp")
  foreach(file IN LISTS files)
    math(EXPR file_count "${file_count} + 1")
    string(FIND "${list}" " ${file}" position)
    if(position EQUAL -1)
      message(SEND_ERROR "${list_folder}/CMakeLists.txt does not list ${file}")
    endif()
  endforeach()
endforeach()

# A header that is not listed is not installed.
file(READ "${SOURCE_DIR}/src/CMakeLists.txt" list)
file(GLOB headers RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/include/easypost_connect/*.hpp")
foreach(header IN LISTS headers)
  math(EXPR file_count "${file_count} + 1")
  string(FIND "${list}" "/${header}\"" position)
  if(position EQUAL -1)
    message(SEND_ERROR "src/CMakeLists.txt does not list ${header}")
  endif()
endforeach()

if(file_count EQUAL 0)
  message(FATAL_ERROR "no sources found below ${SOURCE_DIR}")
endif()

message(STATUS "looked at ${file_count} files")
