// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <string>

#include "identity/tls_identity.hpp"

namespace easypost_connect::internal {

/// Why OpenSSL has just refused to load the certificate of `identity` for `connection`: its own words.
[[nodiscard]] std::string why_not_loaded(SSL* connection, const TlsIdentity& identity);

/// Why OpenSSL, having loaded it, finds no signature algorithm to prove with its key to the server that asked: which
/// kinds of keys that one takes, and which kind ours is.
[[nodiscard]] std::string why_not_provable(SSL* connection, const TlsIdentity& identity);

/// Why the key has just failed to sign for a handshake: OpenSSL's own words. File keys have signed before, in
/// TlsIdentity::load(); the token of another one may be gone.
[[nodiscard]] std::string why_not_proven();

}  // namespace easypost_connect::internal
