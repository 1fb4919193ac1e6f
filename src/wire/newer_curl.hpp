// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

namespace easypost_connect::internal {

/// What is newer than libcurl 7.76, the oldest that will do: options for CurlHandle::offer(), and results.
///
/// Their numbers stand here because the headers that are compiled may be older than the library that runs, or newer,
/// and only the latter matters. libcurl never gives a number another meaning.
namespace newer {

inline constexpr auto kPreReqFunction = static_cast<CURLoption>(CURLOPTTYPE_FUNCTIONPOINT + 312);  // 7.80
inline constexpr auto kPreReqData = static_cast<CURLoption>(CURLOPTTYPE_OBJECTPOINT + 313);
inline constexpr auto kMaxLifetimeConn = static_cast<CURLoption>(CURLOPTTYPE_LONG + 314);      // 7.80
inline constexpr auto kProtocolsStr = static_cast<CURLoption>(CURLOPTTYPE_OBJECTPOINT + 318);  // 7.85
inline constexpr auto kQuickExit = static_cast<CURLoption>(CURLOPTTYPE_LONG + 322);            // 7.87

inline constexpr auto kSslClientCert = static_cast<CURLcode>(98);  // 7.77
inline constexpr unsigned kGetEmpty = 1U << 14;                    // 8.8; for curl_url_get(), which ignored it before

}  // namespace newer

/// CURLOPT_PROTOCOLS, which headers from 7.85 on warn of, for a libcurl that has nothing else.
inline constexpr auto kProtocolsOption = static_cast<CURLoption>(CURLOPTTYPE_LONG + 181);

}  // namespace easypost_connect::internal
