#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the shared library twice, without a network, in folders of different names and at different times, and compares.
#   reproducible.sh SOURCE_DIR WORK_DIR
set -euo pipefail
source_dir=$(realpath "$1") work=$2
rm -rf "$work"
mkdir -p "$work"
work=$(realpath "$work")
trap 'rm -rf "$work"' EXIT
export CCACHE_DISABLE=1  # which would hand the second build the objects of the first

# build FOLDER: a copy of the sources there, built in a network of its own that reaches nothing.
build() {
  mkdir -p "$work/$1"
  tar -C "$source_dir" -cf - CMakeLists.txt LICENSE cmake include src | tar -C "$work/$1" -xf -
  unshare --map-root-user --net cmake -G Ninja -S "$work/$1" -B "$work/$1/build" -D CMAKE_BUILD_TYPE=Debug \
    -D BUILD_SHARED_LIBS=ON -D EASYPOST_CONNECT_BUILD_SANDBOX=OFF -D EASYPOST_CONNECT_BUILD_TOOLS=OFF \
    -D EASYPOST_CONNECT_BUILD_TESTS=OFF -D EASYPOST_CONNECT_BUILD_EXAMPLES=OFF -D EASYPOST_CONNECT_BUILD_BENCHMARKS=OFF \
    -D "CMAKE_CXX_FLAGS=-ffile-prefix-map=$work/$1=." -D "CMAKE_C_FLAGS=-ffile-prefix-map=$work/$1=."
  unshare --map-root-user --net cmake --build "$work/$1/build" --target easypost_connect
  cmake --install "$work/$1/build" --prefix "$work/$1/installed"
}

build one
build another-name
diff --recursive "$work/one/installed" "$work/another-name/installed"
sha256sum "$work"/*/installed/lib/libeasypost_connect.so.*.*.*
