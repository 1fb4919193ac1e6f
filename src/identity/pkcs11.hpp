// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// A handle to a private key that stays in its PKCS #11 token, by URI (RFC 7512). Needs OpenSSL's "pkcs11" engine
/// (libp11). Nothing is asked for on a terminal, and a PIN inside the URI is refused: the engine would print it.
Result<KeyPtr> load_pkcs11_key(const std::string& uri, const Secret& pin);

}  // namespace easypost_connect::internal
