# SPDX-License-Identifier: Apache-2.0
# What is installed beside the parts, which install themselves (easypost_connect_part.cmake).
include(CMakePackageConfigHelpers)

# The programs of a shared build find its libraries from where they lie, so that an install tree may be moved.
if(BUILD_SHARED_LIBS AND NOT CMAKE_INSTALL_RPATH AND NOT CMAKE_SKIP_INSTALL_RPATH)
  file(RELATIVE_PATH lib_from_bin "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  foreach(program IN ITEMS easypost-connect easypost-connect-sandbox)
    if(TARGET ${program})
      set_target_properties(${program} PROPERTIES INSTALL_RPATH "$ORIGIN/${lib_from_bin}")
    endif()
  endforeach()
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
install(FILES LICENSE DESTINATION "${easypost_connect_doc_dir}" COMPONENT easypost_connect_tools_runtime)

configure_package_config_file(cmake/easypost_connectConfig.cmake.in
  "${PROJECT_BINARY_DIR}/cmake/easypost_connectConfig.cmake" INSTALL_DESTINATION "${easypost_connect_package_dir}")
# Before 1.0 a new minor version may break its users.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/cmake/easypost_connectConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/cmake/easypost_connectConfig.cmake"
              "${PROJECT_BINARY_DIR}/cmake/easypost_connectConfigVersion.cmake"
        DESTINATION "${easypost_connect_package_dir}" COMPONENT easypost_connect_development)

# A program that links the static library links its dependencies as well; one that links the shared library does not.
# Not even Requires.private names them then: pkg-config wants the files of those for --cflags.
if(NOT BUILD_SHARED_LIBS)
  set(pkg_config_requires "Requires: libcurl >= 7.76, libssl >= 3.0, libcrypto >= 3.0, libnghttp2 >= 1.43")
  if(easypost_connect_llhttp)  # otherwise its sources are in the library
    string(APPEND pkg_config_requires ", libllhttp")
  endif()
  set(pkg_config_cflags " -DEASYPOST_CONNECT_STATIC_DEFINE")
endif()
# Found from where the file lies, so that an install tree may be moved.
file(RELATIVE_PATH prefix_from_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/easypost_connect.pc.in "${PROJECT_BINARY_DIR}/cmake/easypost_connect.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/cmake/easypost_connect.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
        COMPONENT easypost_connect_development)
