// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string_view>

#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// Initialises libcurl for the process, once, and checks that it can do what this SDK needs: its TLS backend has to be
/// the very OpenSSL this library is linked with, because certificates and keys are handed over as OpenSSL objects.
Result<void> check_curl_library();

/// Tells whether the libcurl that runs is at least that version; 0x074C00 is 7.76.0. The headers that were compiled may
/// be of another version.
[[nodiscard]] bool libcurl_is_at_least(unsigned version) noexcept;

/// Compares version strings: curl_version_info()->ssl_version ("OpenSSL/3.0.19", with unused backends in parentheses)
/// has to name OpenSSL_version(OPENSSL_VERSION_STRING) ("3.0.19").
Result<void> check_tls_backend(std::string_view curl_backends, std::string_view openssl_version);

/// Holds what is newer than libcurl 7.76, the oldest that will do: options for CurlHandle::offer(), and results.
///
/// The numbers stand here because the headers that are compiled may be older than the library that runs, or newer,
/// and only the library matters. libcurl never gives a number another meaning.
namespace newer {

inline constexpr auto kProtocolsStr = static_cast<CURLoption>(CURLOPTTYPE_OBJECTPOINT + 318);  // 7.85
inline constexpr auto kQuickExit = static_cast<CURLoption>(CURLOPTTYPE_LONG + 322);            // 7.87

inline constexpr auto kSslClientCert = static_cast<CURLcode>(98);  // 7.77

}  // namespace newer

/// This is CURLOPT_PROTOCOLS, of which headers from 7.85 on warn, for a libcurl that has nothing else.
inline constexpr auto kProtocolsOption = static_cast<CURLoption>(CURLOPTTYPE_LONG + 181);

}  // namespace easypost_connect::internal
