#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles the client library and the program of the documentation for arm64, and lets that make a call under qemu.
#   arm64.sh SANDBOX [FOLDER]: the program easypost-connect-sandbox; a folder takes what this makes (build/arm64)
# The libraries come from the packages of this machine's own distribution for arm64, which are unpacked, not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
sandbox=$PWD/${1#"$PWD/"} folder=$PWD/${2:-build/arm64} triplet=aarch64-linux-gnu
readonly sandbox folder triplet root=$folder/root
# The C++ library is the cross compiler's.
readonly libraries=$root/usr/lib/$triplet:$root/lib/$triplet:/usr/$triplet/lib

unpack_packages() {
  mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$root"
  local apt=(apt-get -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State::lists=$folder/apt/lists"
    -o Dir::State::status=/dev/null -o "Dir::Cache=$folder/apt" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  "${apt[@]}" install --yes --no-install-recommends --download-only libcurl4-openssl-dev libssl-dev libnghttp2-dev
  local package
  for package in "$folder"/apt/archives/*.deb; do dpkg-deb --extract "$package" "$root"; done
  rm -rf "$folder/apt"
}

# cross FOLDER BUILD [OPTION...]
cross() {
  cmake -G Ninja -S "$1" -B "$2" -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_FLAGS_RELEASE=-O0 -D CMAKE_SYSTEM_NAME=Linux \
    -D CMAKE_SYSTEM_PROCESSOR=aarch64 -D CMAKE_C_COMPILER=$triplet-gcc -D CMAKE_CXX_COMPILER=$triplet-g++ \
    -D CMAKE_LIBRARY_ARCHITECTURE=$triplet -D "CMAKE_FIND_ROOT_PATH=$root;$folder/installed" \
    -D CMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER -D CMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY \
    -D "CMAKE_CXX_FLAGS=-isystem $root/usr/include/$triplet" -D "CMAKE_EXE_LINKER_FLAGS=-Wl,-rpath-link,$libraries" \
    "${@:3}"
  cmake --build "$2"
}

[ -d "$root/usr" ] || unpack_packages
cross . "$folder/build" -D EASYPOST_CONNECT_BUILD_TESTS=OFF -D EASYPOST_CONNECT_BUILD_EXAMPLES=OFF \
  -D EASYPOST_CONNECT_BUILD_BENCHMARKS=OFF -D EASYPOST_CONNECT_BUILD_SANDBOX=OFF -D EASYPOST_CONNECT_BUILD_TOOLS=OFF
cmake --install "$folder/build" --prefix "$folder/installed"
tests/package/docs_project.sh "$folder/project"
cross "$folder/project" "$folder/project/build" -D "easypost_connect_DIR=$folder/installed/lib/cmake/easypost_connect"
"$sandbox" --quiet -- timeout --signal KILL 120 qemu-aarch64-static -L "$root" -E "LD_LIBRARY_PATH=$libraries" \
  "$folder/project/build/my_program"
