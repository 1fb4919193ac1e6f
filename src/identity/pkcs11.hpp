// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// For a token that had the key before, or should have it.
inline constexpr std::string_view kTokenRemedy =
    "See that the token is in its place, reachable and unlocked, and has a session left; then call reload(). When that "
    "changes nothing, start the process again: OpenSSL's engine keeps what it knew of a token.";

/// A handle to a private key that stays in its PKCS #11 token, by URI (RFC 7512). Needs OpenSSL's "pkcs11" engine
/// (libp11). Nothing is asked for on a terminal, and a PIN inside the URI is refused: the engine would print it.
///
/// A token that does not answer within `longest` (chosen: a login over a network takes seconds) is an Error, and so is
/// one that has gone since the engine found the key in it. Of the former a thread stays behind, one for the process.
Result<KeyPtr> load_pkcs11_key(const std::string& uri, const Secret& pin,
                               std::chrono::milliseconds longest = std::chrono::seconds(30));

}  // namespace easypost_connect::internal
