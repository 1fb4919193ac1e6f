# SPDX-License-Identifier: Apache-2.0
# A part is a folder below src with a CMakeLists.txt of its own, which calls easypost_connect_part() once.
include(GenerateExportHeader)
include(GNUInstallDirs)

# CMAKE_INSTALL_DOCDIR is that of the project which asked first.
set(easypost_connect_doc_dir "${CMAKE_INSTALL_DOCDIR}")
if(NOT PROJECT_IS_TOP_LEVEL)
  set(easypost_connect_doc_dir "${CMAKE_INSTALL_DATAROOTDIR}/doc/easypost_connect")
endif()
set(easypost_connect_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/easypost_connect")

# The public headers without a library, for what is linked with the objects of parts.
add_library(easypost_connect_headers INTERFACE)
target_compile_features(easypost_connect_headers INTERFACE cxx_std_17)
target_include_directories(easypost_connect_headers
  INTERFACE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include")

# Adds the part NAME: target easypost_connect_NAME, alias easypost_connect::NAME, component NAME of find_package(). The
# part named easypost_connect is the client library itself, and belongs to no component.
#
#   OPTION text          the part is built if EASYPOST_CONNECT_BUILD_<NAME> is ON; the text explains that option
#   SOURCES files        in the part's own folder; a part without sources is a header-only library
#   HEADERS files        in include/easypost_connect; CXX20_HEADERS: those that need C++20
#   LIBRARIES targets    used inside; BUILD_LIBRARIES: header-only ones, of which nothing is left in the library;
#                        PUBLIC_LIBRARIES: what users of the part are linked with as well
#   FIND packages        each with the target that it brings and the arguments of find_package(), such as
#                        "httplib::httplib httplib MODULE"; cmake/Find<package>.cmake is installed where it exists
#   UNIT_TESTS files     in tests/unit/NAME; INTEGRATION_TESTS: in tests/integration/NAME; they see what is internal
function(easypost_connect_part name)
  cmake_parse_arguments(PARSE_ARGV 1 part "" "OPTION"
    "SOURCES;HEADERS;CXX20_HEADERS;LIBRARIES;BUILD_LIBRARIES;PUBLIC_LIBRARIES;FIND;UNIT_TESTS;INTEGRATION_TESTS")
  string(TOUPPER "${name}" upper_name)
  set(target easypost_connect_${name})
  set(macro EASYPOST_CONNECT_${upper_name})
  set(export_header ${name}_export.hpp)
  if(name STREQUAL "easypost_connect")
    set(target easypost_connect)
    set(macro EASYPOST_CONNECT)
    set(export_header export.hpp)
  endif()

  if(part_OPTION)
    option(EASYPOST_CONNECT_BUILD_${upper_name} "${part_OPTION}" ${PROJECT_IS_TOP_LEVEL})
    if(NOT EASYPOST_CONNECT_BUILD_${upper_name})
      return()
    endif()
  endif()
  foreach(package IN LISTS part_FIND)
    separate_arguments(package)
    easypost_connect_find(${package})
  endforeach()

  list(TRANSFORM part_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/include/easypost_connect/")
  list(TRANSFORM part_CXX20_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/include/easypost_connect/")
  if(part_SOURCES)
    easypost_connect_compile(${target} ${macro} ${export_header})
    set(visibility PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(visibility INTERFACE)
  endif()
  add_library(easypost_connect::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} ${visibility} cxx_std_17)
  target_link_libraries(${target} ${visibility} ${part_PUBLIC_LIBRARIES})
  target_sources(${target} ${visibility} FILE_SET HEADERS
    BASE_DIRS "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include" FILES ${part_HEADERS})
  if(part_CXX20_HEADERS)
    target_sources(${target} PUBLIC FILE_SET cxx20_headers TYPE HEADERS
      BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${part_CXX20_HEADERS})
    if(NOT CMAKE_CXX_STANDARD GREATER_EQUAL 20)
      set_target_properties(${target} PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
    endif()
  endif()
  foreach(kind UNIT INTEGRATION)
    string(TOLOWER ${kind} folder)
    list(TRANSFORM part_${kind}_TESTS PREPEND "${PROJECT_SOURCE_DIR}/tests/${folder}/${name}/")
    set_property(GLOBAL APPEND PROPERTY easypost_connect_${folder}_tests ${part_${kind}_TESTS})
    if(part_${kind}_TESTS)
      set_property(GLOBAL APPEND PROPERTY easypost_connect_${folder}_test_libraries ${target}_objects)
    endif()
  endforeach()
  if(EASYPOST_CONNECT_INSTALL)
    easypost_connect_install_part(${target} ${name})
  endif()
endfunction()

# The sources are compiled once and used twice: the library is made of these objects, and tests link them directly, because
# a shared library hides what is internal. Sees the variables of easypost_connect_part().
function(easypost_connect_compile target macro export_header)
  add_library(${target}_objects OBJECT ${part_SOURCES})
  target_include_directories(${target}_objects PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/src/client")
  target_link_libraries(${target}_objects
    PUBLIC easypost_connect_headers ${part_LIBRARIES} PRIVATE ${part_BUILD_LIBRARIES})
  easypost_connect_defaults(${target}_objects)
  add_library(${target} $<TARGET_OBJECTS:${target}_objects>)
  target_link_libraries(${target} PRIVATE ${part_LIBRARIES})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(BUILD_SHARED_LIBS OR NOT DEFINED CMAKE_POSITION_INDEPENDENT_CODE)  # a plug-in may have the static library inside
    set_target_properties(${target}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  if(BUILD_SHARED_LIBS)
    target_compile_definitions(${target}_objects PRIVATE ${target}_EXPORTS)
  else()
    target_compile_definitions(${target} PUBLIC ${macro}_STATIC_DEFINE)
    target_compile_definitions(easypost_connect_headers INTERFACE ${macro}_STATIC_DEFINE)
  endif()
  set(export_header "${PROJECT_BINARY_DIR}/include/easypost_connect/${export_header}")
  generate_export_header(${target} BASE_NAME ${macro} EXPORT_FILE_NAME "${export_header}")
  list(PREPEND part_HEADERS "${export_header}")
  set(part_HEADERS "${part_HEADERS}" PARENT_SCOPE)
endfunction()

# Each part has an export set of its own, so that find_package(easypost_connect) alone asks for nothing but what the client
# library is linked with. Sees the variables of easypost_connect_part().
function(easypost_connect_install_part target name)
  set(export_set easypost_connect-${name})
  set(more_headers "")
  if(part_CXX20_HEADERS)
    set(more_headers FILE_SET cxx20_headers COMPONENT ${target}_development)
  endif()
  install(TARGETS ${target} EXPORT ${export_set}
    RUNTIME COMPONENT ${target}_runtime
    LIBRARY COMPONENT ${target}_runtime NAMELINK_COMPONENT ${target}_development
    ARCHIVE COMPONENT ${target}_development
    FILE_SET HEADERS COMPONENT ${target}_development ${more_headers})
  install(EXPORT ${export_set} NAMESPACE easypost_connect:: DESTINATION "${easypost_connect_package_dir}"
          COMPONENT ${target}_development)

  # What a static or header-only library is linked with, its user finds too; a shared one has it inside.
  set(dependencies "")
  foreach(package IN LISTS part_FIND)
    string(REGEX MATCH "^([^ ]+) (([^ ]+).*)$" ignored "${package}")
    if(NOT BUILD_SHARED_LIBS OR NOT part_SOURCES)
      string(APPEND dependencies "if(NOT TARGET ${CMAKE_MATCH_1})\n  find_dependency(${CMAKE_MATCH_2})\nendif()\n")
    endif()
    set(find_module "${PROJECT_SOURCE_DIR}/cmake/Find${CMAKE_MATCH_3}.cmake")
    if(EXISTS "${find_module}")
      install(FILES "${find_module}" DESTINATION "${easypost_connect_package_dir}" COMPONENT ${target}_development)
    endif()
  endforeach()
  set(dependencies_file "${PROJECT_BINARY_DIR}/cmake/dependencies-of-${name}.cmake")
  file(CONFIGURE OUTPUT "${dependencies_file}" CONTENT "${dependencies}" @ONLY)
  install(FILES "${dependencies_file}" DESTINATION "${easypost_connect_package_dir}" COMPONENT ${target}_development)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${easypost_connect_doc_dir}" COMPONENT ${target}_development)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${easypost_connect_doc_dir}" COMPONENT ${target}_runtime)
endfunction()
