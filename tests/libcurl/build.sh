#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds other versions of libcurl, with OpenSSL and without any protocol but HTTP/1.1, as shared libraries that can take
# the place of the system's: FOLDER/VERSION.
#   build.sh FOLDER VERSION...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

# As Debian names its symbols: a program that is linked with its libcurl runs with these.
printf 'CURL_OPENSSL_4 { global: curl_*; local: *; };\n' >"$folder/symbols.map"

for version in "${@:2}"; do
  if [ -e "$folder/$version/lib/libcurl.so" ]; then continue; fi
  target=$folder/$version/target
  # Exported, and written to with MSG_NOSIGNAL where libcurl itself does so, as a libcurl of a distribution.
  CC="$(command -v ccache || true) cc" CFLAGS="-fvisibility=default -DHAVE_MSG_NOSIGNAL" CARGO_TARGET_DIR=$target \
    cargo build --locked --manifest-path "$here/$version/Cargo.toml"
  out=$(echo "$target"/debug/build/curl-sys-*/out)
  mkdir -p "$folder/$version/lib" "$folder/$version/include"
  cp -r "$out/include/curl" "$folder/$version/include/"
  cc -shared -o "$folder/$version/lib/libcurl.so.4" -Wl,-soname,libcurl.so.4 "-Wl,--version-script=$folder/symbols.map" \
    -Wl,--whole-archive "$out/build/libcurl.a" -Wl,--no-whole-archive -lssl -lcrypto -lz -lpthread
  ln -sf libcurl.so.4 "$folder/$version/lib/libcurl.so"  # last: it tells that all is there
done
