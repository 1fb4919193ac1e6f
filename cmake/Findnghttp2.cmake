# SPDX-License-Identifier: Apache-2.0
# Finds nghttp2 as nghttp2::nghttp2. Its own build installs a CMake package from 1.61 on, Debian 12 has only a pkg-config
# file, for a library without defines: a path to it is enough. Installed too: a user of the static library needs it again.
find_package(nghttp2 CONFIG QUIET)
if(NOT TARGET nghttp2::nghttp2)
  find_path(nghttp2_INCLUDE_DIR nghttp2/nghttp2.h)
  find_library(nghttp2_LIBRARY nghttp2)
  mark_as_advanced(nghttp2_INCLUDE_DIR nghttp2_LIBRARY)
  if(nghttp2_INCLUDE_DIR AND nghttp2_LIBRARY)
    file(STRINGS "${nghttp2_INCLUDE_DIR}/nghttp2/nghttp2ver.h" nghttp2_VERSION REGEX "define NGHTTP2_VERSION ")
    string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" nghttp2_VERSION "${nghttp2_VERSION}")
    add_library(nghttp2::nghttp2 UNKNOWN IMPORTED)
    set_target_properties(nghttp2::nghttp2 PROPERTIES
      IMPORTED_LOCATION "${nghttp2_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${nghttp2_INCLUDE_DIR}")
  endif()
endif()
if(TARGET nghttp2::nghttp2)
  set(nghttp2_TARGET nghttp2::nghttp2)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(nghttp2 REQUIRED_VARS nghttp2_TARGET VERSION_VAR nghttp2_VERSION REASON_FAILURE_MESSAGE
  "neither its CMake package nor nghttp2/nghttp2.h with its library. Debian's package is libnghttp2-dev")
