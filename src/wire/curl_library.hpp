// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

/// Initialises libcurl for the process, once, and checks that it can do what this SDK needs: its TLS backend has to be
/// the very OpenSSL this library is linked with, because certificates and keys are handed over as OpenSSL objects.
std::optional<Error> check_curl_library();

/// Whether the libcurl that runs, which need not be the one whose headers were compiled, is at least that version:
/// 0x074C00 is 7.76.0.
[[nodiscard]] bool libcurl_is_at_least(unsigned version) noexcept;

/// The check itself, on version strings: curl_version_info()->ssl_version ("OpenSSL/3.0.19", with unused backends in
/// parentheses) against OpenSSL_version(OPENSSL_VERSION_STRING) ("3.0.19").
std::optional<Error> check_tls_backend(std::string_view curl_backends, std::string_view openssl_version);

}  // namespace easypost_connect::internal
