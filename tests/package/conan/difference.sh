#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The recipe for the public index is that of the tree but for the lines of packaging/conan-center-index/difference; prints
# what that file should hold if it does not.
#   difference.sh SOURCE_DIR
set -eu
cd "$1"
index=packaging/conan-center-index
diff --old-line-format='- %L' --new-line-format='+ %L' --unchanged-line-format= conanfile.py $index/all/conanfile.py |
  diff $index/difference -
version=$(sed -n 's/^#define EASYPOST_CONNECT_VERSION "\(.*\)"/\1/p' include/easypost_connect/version.hpp)
grep --quiet "^  \"$version\":\$" $index/config.yml
grep --quiet "^  \"$version\":\$" $index/all/conandata.yml
grep --quiet "^  \"version\": \"$version\",\$" packaging/vcpkg/ports/easypost-connect/vcpkg.json
