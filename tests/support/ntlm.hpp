// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

namespace easypost_connect::test_support {

/// Tells whether this libcurl knows NTLM. That of Debian does no more from 8.23 on.
inline bool has_ntlm() { return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_NTLM) != 0; }

}  // namespace easypost_connect::test_support
