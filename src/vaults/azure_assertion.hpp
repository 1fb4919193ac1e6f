// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <easypost_connect/secret.hpp>

#include "core/clock.hpp"
#include "vaults/certificate_with_key.hpp"

namespace easypost_connect::internal {

/// Makes the client assertion (RFC 7523, section 2.2) of an app registration that has this certificate, for ten
/// minutes: a JWT with PS256 and x5t#S256, as Microsoft documents it for Entra ID. Empty: the key is not RSA, or does
/// not sign.
std::optional<Secret> azure_assertion(const CertificateWithKey& pair, std::string_view client_id,
                                      std::string_view token_url, WallTime now);

}  // namespace easypost_connect::internal
