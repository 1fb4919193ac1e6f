# SPDX-License-Identifier: Apache-2.0
# llhttp, which reads HTTP/1.1: as the library that its own build, vcpkg, Conan and newer Debians install, or as the C
# sources that Debian 12 has instead (node-llhttp). The sources are compiled into this library, and their functions get a
# prefix, so that a program that links this library statically may have an llhttp of its own.
if(NOT TARGET llhttp::llhttp AND NOT TARGET llhttp::llhttp_static AND NOT TARGET llhttp::llhttp_shared)
  find_package(llhttp CONFIG QUIET)
endif()
foreach(library IN ITEMS llhttp::llhttp llhttp::llhttp_static llhttp::llhttp_shared)
  if(TARGET ${library})
    set(easypost_connect_llhttp ${library})
    break()
  endif()
endforeach()

if(NOT easypost_connect_llhttp)
  find_path(llhttp_INCLUDE_DIR llhttp.h PATH_SUFFIXES share/include/llhttp)
  find_path(llhttp_SOURCE_DIR llhttp.c PATH_SUFFIXES share/llhttp)
  mark_as_advanced(llhttp_INCLUDE_DIR llhttp_SOURCE_DIR)
  if(NOT llhttp_INCLUDE_DIR OR NOT llhttp_SOURCE_DIR)
    message(FATAL_ERROR "llhttp was not found: neither its CMake package (libllhttp-dev of Debian 13, llhttp of vcpkg "
                        "and Conan; llhttp_DIR names its folder) nor its sources (node-llhttp of Debian 12)")
  endif()
  enable_language(C)
  set(easypost_connect_llhttp_sources
    "${llhttp_SOURCE_DIR}/llhttp.c" "${llhttp_SOURCE_DIR}/api.c" "${llhttp_SOURCE_DIR}/http.c")
  set(renaming "")
  foreach(source IN LISTS easypost_connect_llhttp_sources)
    file(STRINGS "${source}" lines REGEX "^[a-z].*llhttp_[a-z0-9_]+\\(")
    string(REGEX MATCHALL "llhttp_[a-z0-9_]+\\(" names "${lines}")
    list(TRANSFORM names REPLACE "(.*)\\(" "#define \\1 easypost_connect_\\1")
    list(APPEND renaming ${names})
  endforeach()
  list(REMOVE_DUPLICATES renaming)
  list(JOIN renaming "\n" renaming)
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/llhttp/llhttp.h" @ONLY
       CONTENT "// Made by cmake/llhttp.cmake.\n${renaming}\n#include_next <llhttp.h>\n")
endif()

function(easypost_connect_use_llhttp target)
  if(easypost_connect_llhttp)
    target_link_libraries(${target} PUBLIC ${easypost_connect_llhttp})
    return()
  endif()
  target_sources(${target} PRIVATE ${easypost_connect_llhttp_sources})
  # A parent project of C++ alone may have set options for all of its sources that no C compiler knows.
  get_target_property(options ${target} COMPILE_OPTIONS)
  if(options)
    set_target_properties(${target} PROPERTIES COMPILE_OPTIONS "$<$<COMPILE_LANGUAGE:CXX>:${options}>")
  endif()
  # llhttp 8 passes over what stands in the place of a line end unless it is told not to; 9 knows no other way.
  set_source_files_properties(${easypost_connect_llhttp_sources} PROPERTIES
    COMPILE_OPTIONS "-w;-O2" COMPILE_DEFINITIONS LLHTTP_STRICT_MODE=1)
  set_target_properties(${target} PROPERTIES C_VISIBILITY_PRESET hidden)
  target_include_directories(${target} SYSTEM PUBLIC "${PROJECT_BINARY_DIR}/llhttp" "${llhttp_INCLUDE_DIR}")
endfunction()
