# SPDX-License-Identifier: Apache-2.0
# Finds cpp-httplib as httplib::httplib. Its own build installs a CMake package, Debian only a pkg-config file; the defines in that
# file belong to the library's ABI, so a bare find_library would not do. Installed too: the sandbox component needs it again.
find_package(httplib CONFIG QUIET)
if(NOT httplib_FOUND)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(httplib QUIET IMPORTED_TARGET cpp-httplib)
  endif()
  if(httplib_FOUND AND NOT TARGET httplib::httplib)
    find_package(OpenSSL 3.0 QUIET)
    find_package(Threads QUIET)
    add_library(httplib::httplib INTERFACE IMPORTED)
    # The header itself calls into OpenSSL, which Debian's file lists as private.
    target_link_libraries(httplib::httplib INTERFACE PkgConfig::httplib OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(httplib REQUIRED_VARS httplib_FOUND VERSION_VAR httplib_VERSION)
