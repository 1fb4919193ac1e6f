// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <easypost_connect/secret.hpp>

#include "core/openssl_handles.hpp"

namespace easypost_connect::internal {

/// How a JWT is signed, by an RSA key (RFC 7518, sections 3.3 and 3.5).
enum class JwtAlgorithm { kRs256, kPs256 };

/// Returns the RSA key in `pem`; null when that is something else, or is encrypted.
[[nodiscard]] KeyPtr rsa_key_in(const Secret& pem);

/// Makes a signed JWT (RFC 7519). `header`, which names the algorithm too, and `claims` are JSON texts. Returns nothing
/// when the key is too short, or does not sign.
[[nodiscard]] std::optional<Secret> signed_jwt(std::string_view header, std::string_view claims, EVP_PKEY& key,
                                               JwtAlgorithm algorithm);

}  // namespace easypost_connect::internal
