#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds older versions of libcurl, with OpenSSL and without any protocol but HTTP, as shared libraries that can take the
# place of the system's: FOLDER/7.76, FOLDER/7.81, and FOLDER/7.81-http1, which has no HTTP/2.
#   build.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

# As Debian names its symbols: a program that is linked with its libcurl runs with these.
printf 'CURL_OPENSSL_4 { global: curl_*; local: *; };\n' >"$folder/symbols.map"

# build NAME VERSION [FEATURE]
build() {
  local name=$1 target=$folder/$1/target out nghttp2
  if [ -e "$folder/$name/lib/libcurl.so" ]; then return 0; fi
  # Exported, and written to with MSG_NOSIGNAL where libcurl itself does so, as a libcurl of a distribution.
  CC="$(command -v ccache || true) cc" CFLAGS="-fvisibility=default -DHAVE_MSG_NOSIGNAL" CARGO_TARGET_DIR=$target \
    cargo build --locked --manifest-path "$here/$2/Cargo.toml" ${3:+--features "$3"}
  out=$(echo "$target"/debug/build/curl-sys-*/out)
  nghttp2=()
  if [ -n "${3:-}" ]; then nghttp2=("$target"/debug/build/libnghttp2-sys-*/out/i/lib/libnghttp2.a); fi
  mkdir -p "$folder/$name/lib" "$folder/$name/include"
  cp -r "$out/include/curl" "$folder/$name/include/"
  cc -shared -o "$folder/$name/lib/libcurl.so.4" -Wl,-soname,libcurl.so.4 "-Wl,--version-script=$folder/symbols.map" \
    -Wl,--whole-archive "$out/build/libcurl.a" -Wl,--no-whole-archive "${nghttp2[@]}" -lssl -lcrypto -lz -lpthread
  ln -sf libcurl.so.4 "$folder/$name/lib/libcurl.so"  # last: it tells that all is there
}

build 7.76 7.76 http2
build 7.81 7.81 http2
build 7.81-http1 7.81
