#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles the sources of the client library for machines that are not here; nothing is linked, and nothing runs.
#   elsewhere.sh musl|macos|windows [FOLDER]
# The sources that need what a machine does not have are in elsewhere-MACHINE.txt, and no others: the list may only change
# by hand. A folder takes what it makes (build/elsewhere).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
machine=$1 folder=$PWD/${2:-build/elsewhere}
readonly machine folder include=$folder/include expected=tests/package/elsewhere-$machine.txt

# The headers of the dependencies are the same everywhere, those of the C library are not.
gather_headers() {
  rm -rf "$include"
  mkdir -p "$include"
  local triplet
  triplet=$(gcc -print-multiarch)
  cp -r /usr/include/{openssl,nlohmann,nghttp2} "$include"
  cp -r "/usr/include/$triplet/openssl/." "$include/openssl"
  cp -r "/usr/include/$triplet/curl" "$include"
  cp /usr/include/llhttp.h "$include" 2>/dev/null || cp /usr/share/include/llhttp/llhttp.h "$include"
  mkdir -p "$include/easypost_connect"
  printf '#define EASYPOST_CONNECT_EXPORT\n#define EASYPOST_CONNECT_NO_EXPORT\n' >"$include/easypost_connect/export.hpp"
}

# Clang, libc++ and the C libraries of many systems in one package.
zig() {
  tests/package/python.sh "$folder/python" ziglang==0.17.0
  export PYTHONPATH=$folder/python
  compiler=(python3 -m ziglang c++ -target "$1")
}
case $machine in
  musl) zig x86_64-linux-musl ;;
  macos) zig aarch64-macos ;;
  windows) compiler=(x86_64-w64-mingw32-g++-posix) ;;
esac

# compiles SOURCE: prints its name if it does not.
compiles() {
  local log
  log=$folder/$machine/$(tr / _ <<<"$1").log
  "${compiler[@]}" -std=c++17 -w -Iinclude -Isrc -Isrc/client -isystem "$include" -c "$1" -o "${log%.log}.o" >"$log" 2>&1 ||
    echo "$1"
  rm -f "${log%.log}.o"
}

mkdir -p "$folder/$machine"
gather_headers
sources=$(find src/client -name '*.cpp' | LC_ALL=C sort)
for source in $sources; do
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  compiles "$source" &
done >"$folder/$machine.found"
wait
LC_ALL=C sort "$folder/$machine.found" >"$folder/$machine.failed"
printf '%s: %d of %d sources compile\n' "$machine" \
  $(($(wc -w <<<"$sources") - $(wc -l <"$folder/$machine.failed"))) "$(wc -w <<<"$sources")"
sed -e 's/[ \t]*#.*//' -e '/^$/d' "$expected" | LC_ALL=C sort | diff - "$folder/$machine.failed"
