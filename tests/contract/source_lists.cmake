# SPDX-License-Identifier: Apache-2.0
# The lists of sources and headers are written by hand, so that a build says what it is made of; a test that is not in one
# never runs, a header that is not in one is not installed.
# Run with -D SOURCE_DIR=<repository>.
cmake_minimum_required(VERSION 3.24)

set(file_count 0)

# `list_file` has to hold each of the files, with `before` and `after` around its name.
function(expect_listed list_file before after)
  file(READ "${SOURCE_DIR}/${list_file}" list)
  foreach(file IN LISTS ARGN)
    string(FIND "${list}" "${before}${file}${after}" position)
    if(position EQUAL -1)
      message(SEND_ERROR "${list_file} does not list ${file}")
    endif()
  endforeach()
  list(LENGTH ARGN count)
  math(EXPR count "${file_count} + ${count}")
  set(file_count ${count} PARENT_SCOPE)
endfunction()

foreach(folder src tests/unit tests/integration tests/support tools)
  string(REGEX REPLACE "/.*" "" list_folder "${folder}")
  file(GLOB_RECURSE files RELATIVE "${SOURCE_DIR}/${list_folder}" "${SOURCE_DIR}/${folder}/*.cpp")
  expect_listed("${list_folder}/CMakeLists.txt" " " "" ${files})
endforeach()

file(GLOB headers RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/include/easypost_connect/*.hpp")
expect_listed("src/CMakeLists.txt" "/" "\"" ${headers})

if(file_count EQUAL 0)
  message(FATAL_ERROR "no sources found below ${SOURCE_DIR}")
endif()

message(STATUS "looked at ${file_count} files")
