// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// Encodes `bytes` by RFC 4648, section 5, without padding, as RFC 7515 wants it.
[[nodiscard]] Secret base64url_encode(std::string_view bytes);

/// Makes a JWT (RFC 7519) that is signed with RS256 (RFC 7518, section 3.3). `header` and `claims` are JSON texts,
/// `private_key` is PEM. Returns nothing when that is no RSA key, is encrypted, or is
/// too short.
[[nodiscard]] std::optional<Secret> signed_jwt(std::string_view header, std::string_view claims,
                                               const Secret& private_key);

}  // namespace easypost_connect::internal
