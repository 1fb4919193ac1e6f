# SPDX-License-Identifier: Apache-2.0
# Finds cpp-httplib as httplib::httplib. Its own build installs a CMake package, Debian only a pkg-config file; the defines
# in that file belong to the library's ABI, so a bare find_library would not do. Installed too: the sandbox component needs
# it again.
find_package(httplib CONFIG QUIET)
if(NOT TARGET httplib::httplib)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PC_HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
  endif()
  if(PC_HTTPLIB_FOUND)
    set(httplib_VERSION "${PC_HTTPLIB_VERSION}")
    add_library(httplib::httplib INTERFACE IMPORTED)
    # The header itself calls into OpenSSL, which Debian's file lists as private.
    target_link_libraries(httplib::httplib INTERFACE
      PkgConfig::PC_HTTPLIB OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  endif()
endif()
if(TARGET httplib::httplib)
  set(httplib_TARGET httplib::httplib)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(httplib REQUIRED_VARS httplib_TARGET VERSION_VAR httplib_VERSION REASON_FAILURE_MESSAGE
  "neither its CMake package nor, by pkg-config, cpp-httplib. Debian's packages are libcpp-httplib-dev and pkg-config")
