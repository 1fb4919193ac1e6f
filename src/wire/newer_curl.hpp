// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

namespace easypost_connect::internal {

/// What is newer than libcurl 7.76, the oldest that will do: options for CurlHandle::offer(), and results.
///
/// Their numbers stand here because the headers that are compiled may be older than the library that runs, or newer,
/// and only the latter matters. libcurl never gives a number another meaning.
namespace newer {

inline constexpr auto kProtocolsStr = static_cast<CURLoption>(CURLOPTTYPE_OBJECTPOINT + 318);  // 7.85
inline constexpr auto kQuickExit = static_cast<CURLoption>(CURLOPTTYPE_LONG + 322);            // 7.87

inline constexpr auto kSslClientCert = static_cast<CURLcode>(98);  // 7.77

}  // namespace newer

/// CURLOPT_PROTOCOLS, which headers from 7.85 on warn of, for a libcurl that has nothing else.
inline constexpr auto kProtocolsOption = static_cast<CURLoption>(CURLOPTTYPE_LONG + 181);

}  // namespace easypost_connect::internal
