# SPDX-License-Identifier: Apache-2.0
# The sources are the tree that this port lies in. A port of the public registry has vcpkg_from_github() here instead.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS FEATURE_OPTIONS
  FEATURES
    sandbox EASYPOST_CONNECT_BUILD_SANDBOX
    tools EASYPOST_CONNECT_BUILD_TOOLS
    vaults EASYPOST_CONNECT_BUILD_VAULTS)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    ${FEATURE_OPTIONS}
    -DEASYPOST_CONNECT_BUILD_TESTS=OFF
    -DEASYPOST_CONNECT_BUILD_EXAMPLES=OFF
    -DEASYPOST_CONNECT_BUILD_BENCHMARKS=OFF)
vcpkg_cmake_install()

# Manual pages, shell completions and another copy of the licence; CMake's files get there by the next line.
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share" "${CURRENT_PACKAGES_DIR}/debug/share"
                    "${CURRENT_PACKAGES_DIR}/debug/include")
vcpkg_cmake_config_fixup(PACKAGE_NAME easypost_connect CONFIG_PATH lib/cmake/easypost_connect)
vcpkg_fixup_pkgconfig()
if("sandbox" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES easypost-connect-sandbox AUTO_CLEAN)
endif()
if("tools" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES easypost-connect AUTO_CLEAN)
endif()

file(INSTALL "${CURRENT_PORT_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
