#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One cell of the matrix: the package that the vcpkg port makes, by shim.cmake.
#   cell.sh static|dynamic [FEATURE...]
# From ../CMakeLists.txt come SOURCE_DIR (the repository), BUILD_DIR (a built tree of it) and CMAKE.
set -euo pipefail
cd "$SOURCE_DIR"
readonly shim=$PWD/tests/package/vcpkg/shim.cmake port=packaging/vcpkg/ports/easypost-connect linkage=$1
readonly build=$PWD/build/vcpkg-$linkage scratch=$PWD/build/vcpkg/$linkage
readonly package=$scratch/packages/easypost-connect
shift
# As those of the Conan packages, so that ccache has the objects.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

features=$(IFS=';' && echo "$*")
"$CMAKE" -D "PORT_DIR=$PWD/$port" -D "BUILD_DIR=$build" -D "CURRENT_PACKAGES_DIR=$package" -D "FEATURES=$features" \
  -D "VCPKG_LIBRARY_LINKAGE=$linkage" \
  -D 'CONFIGURE=-DCMAKE_CXX_FLAGS=-m64;-DCMAKE_CXX_FLAGS_RELEASE=-O0;-DCMAKE_CXX_STANDARD=17;-DCMAKE_CXX_EXTENSIONS=OFF' -P "$shim"

# Nothing that the project installs gets lost on the way, and nothing else gets in.
rm -rf "$scratch/plain"
"$CMAKE" --install "$build" --prefix "$scratch/plain" >/dev/null
# What the portfile moves goes where it moves it, and what it leaves out is left out.
{ (cd "$scratch/plain" && find . ! -type d) |
  sed -e '\,^./share/,d' -e 's,^./lib/cmake/,./share/,' -e 's,^./bin/,./tools/easypost-connect/,' &&
  printf './share/easypost-connect/%s\n' copyright usage; } | LC_ALL=C sort >"$scratch/expected"
(cd "$package" && find . ! -type d) | LC_ALL=C sort | diff "$scratch/expected" -

# The project of the documentation, as vcpkg's toolchain file would show it the package.
tests/package/docs_project.sh "$scratch/project"
"$CMAKE" -G Ninja -S "$scratch/project" -B "$scratch/project/build" -D "CMAKE_PREFIX_PATH=$package" \
  -D CMAKE_CXX_FLAGS=-O0
"$CMAKE" --build "$scratch/project/build"
"$BUILD_DIR/tools/easypost-connect-sandbox" --quiet -- "$scratch/project/build/my_program"
