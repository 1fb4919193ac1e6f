# SPDX-License-Identifier: Apache-2.0
# Each optional part has an export set of its own, so that find_package(easypost_connect) alone asks for nothing but what
# the library itself is linked with.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/easypost_connect")

# More file sets than HEADERS come as further arguments.
function(easypost_connect_install target export_set)
  install(TARGETS ${target} EXPORT ${export_set}
    RUNTIME COMPONENT ${target}_runtime
    LIBRARY COMPONENT ${target}_runtime NAMELINK_COMPONENT ${target}_development
    ARCHIVE COMPONENT ${target}_development
    FILE_SET HEADERS COMPONENT ${target}_development ${ARGN})
  install(EXPORT ${export_set} NAMESPACE easypost_connect:: DESTINATION "${package_dir}"
          COMPONENT ${target}_development)
endfunction()

easypost_connect_install(easypost_connect easypost_connectTargets
  FILE_SET cxx20_headers COMPONENT easypost_connect_development)
easypost_connect_install(easypost_connect_json easypost_connect-json)
install(FILES cmake/Findnghttp2.cmake DESTINATION "${package_dir}" COMPONENT easypost_connect_development)
if(TARGET easypost_connect_sandbox)
  easypost_connect_install(easypost_connect_sandbox easypost_connect-sandbox)
  install(FILES cmake/Findhttplib.cmake DESTINATION "${package_dir}" COMPONENT easypost_connect_sandbox_development)
endif()
if(TARGET easypost-connect-sandbox)
  install(TARGETS easypost-connect-sandbox RUNTIME COMPONENT easypost_connect_sandbox_runtime)
endif()
if(TARGET easypost-connect)
  install(TARGETS easypost-connect RUNTIME COMPONENT easypost_connect_tools_runtime)
  # Made by the program once it is built (tools/CMakeLists.txt); a program for another machine cannot be asked.
  function(easypost_connect_install_page file folder name)
    install(FILES "${PROJECT_BINARY_DIR}/tools/${file}" DESTINATION "${folder}" RENAME "${name}"
            COMPONENT easypost_connect_tools_runtime)
  endfunction()
  if(NOT CMAKE_CROSSCOMPILING)
    easypost_connect_install_page(easypost-connect.1 "${CMAKE_INSTALL_MANDIR}/man1" easypost-connect.1)
    set(share "${CMAKE_INSTALL_DATADIR}")
    easypost_connect_install_page(easypost-connect.bash "${share}/bash-completion/completions" easypost-connect)
    easypost_connect_install_page(easypost-connect.zsh "${share}/zsh/site-functions" _easypost_connect)
    easypost_connect_install_page(easypost-connect.fish "${share}/fish/vendor_completions.d" easypost-connect.fish)
  endif()
endif()
# Each part that can be installed by itself brings the licence along.
foreach(component easypost_connect_development easypost_connect_runtime easypost_connect_tools_runtime
        easypost_connect_sandbox_runtime)
  install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT ${component})
endforeach()

configure_package_config_file(cmake/easypost_connectConfig.cmake.in
  "${PROJECT_BINARY_DIR}/cmake/easypost_connectConfig.cmake" INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a new minor version may break its users.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/cmake/easypost_connectConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/cmake/easypost_connectConfig.cmake"
              "${PROJECT_BINARY_DIR}/cmake/easypost_connectConfigVersion.cmake"
        DESTINATION "${package_dir}" COMPONENT easypost_connect_development)

# A program that links the static library links its dependencies as well; one that links the shared library does not.
if(BUILD_SHARED_LIBS)
  set(pkg_config_private ".private")
else()
  set(pkg_config_cflags " -DEASYPOST_CONNECT_STATIC_DEFINE")
endif()
if(easypost_connect_llhttp)  # otherwise its sources are in the library
  set(pkg_config_llhttp ", libllhttp")
endif()
# Found from where the file lies, so that an install tree may be moved.
file(RELATIVE_PATH prefix_from_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/easypost_connect.pc.in "${PROJECT_BINARY_DIR}/cmake/easypost_connect.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/cmake/easypost_connect.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
        COMPONENT easypost_connect_development)
