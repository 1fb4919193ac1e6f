// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace easypost_connect::interop {

/// RFC 4648, section 5, without padding.
[[nodiscard]] std::string base64url(const std::string& bytes);

/// A token of RFC 7519 that `key` has signed by HS256 (RFC 7515). It was issued by "interop" for `audience`, and its
/// end is `life` from now.
[[nodiscard]] std::string json_web_token(const std::string& key, const std::string& audience,
                                         std::chrono::seconds life);

}  // namespace easypost_connect::interop
