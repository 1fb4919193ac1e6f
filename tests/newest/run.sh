#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and tests the SDK with OpenSSL 4.0 and libcurl 8.22, from the sources that their crates carry:
#   run.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

CARGO_TARGET_DIR=$folder/openssl cargo build --locked --manifest-path "$here/Cargo.toml"
openssl=$(echo "$folder"/openssl/debug/build/openssl-*/out/openssl-build/install)
CC="$(command -v ccache || true) cc" CFLAGS=-DHAVE_MSG_NOSIGNAL OPENSSL_DIR=$openssl OPENSSL_STATIC=1 \
  CARGO_TARGET_DIR=$folder/libcurl cargo build --locked --manifest-path "$here/../libcurl/8.22/Cargo.toml"
libcurl=$(echo "$folder"/libcurl/debug/build/curl-sys-*/out)

# The crate's OpenSSL is a static library, which loads no provider for tokens; its libcurl has neither HTTP/2, which tests of the
# sandbox speak, nor NTLM and the tickets of Negotiate, with which some log in at a proxy.
lacking='Pkcs11*:*SandboxHttp2*:*RefusedLogin*Ticket*:*RefusedLogin*SchemesOfIsa:*ProxyLogin*Ticket:*ProxyLogin*Ntlm*'
# The static libcurl needs OpenSSL's libraries behind it.
GTEST_FILTER="-$lacking:*ProxyLogin*OnlyNegotiate" "$here/../distribution/build_and_test.sh" "$folder/build" \
  -D "OPENSSL_ROOT_DIR=$openssl" -D OPENSSL_USE_STATIC_LIBS=ON -D "CURL_INCLUDE_DIR=$libcurl/include" \
  -D "CURL_LIBRARY=$libcurl/build/libcurl.a" \
  -D "CMAKE_CXX_STANDARD_LIBRARIES=$(echo "$openssl"/lib*/lib{ssl,crypto}.a) -lz" | tee "$folder/tests.txt"

# What runs at the end of a process depends on OpenSSL's version.
cmake --build "$folder/build" --target easypost_connect_process_end easypost-connect-sandbox
ctest --test-dir "$folder/build" --tests-regex '^process_end[.]' --output-on-failure --no-tests=error
tail -n 1 "$folder/tests.txt"
