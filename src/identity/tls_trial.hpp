// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "identity/certificate_and_key.hpp"

namespace easypost_connect::internal {

/// Installs key and certificates (the key's first, then those above it) once, as each connection does later, and says
/// what OpenSSL has against which of them. Without that, the first connection would fail as if the network did.
///
/// The machine's configuration of OpenSSL (openssl.cnf) decides how strong keys and signatures have to be, by its
/// security level: SSL_CTX_set_security_level(3). The signature of a self-signed certificate does not count, because
/// nobody checks it.
///
/// A key that TLS 1.3 has no signature scheme for (RFC 8446, section 4.2.3: brainpool, secp256k1, P-224, DSA) is an
/// Error too: OpenSSL would show a server that speaks TLS 1.3 an empty certificate. So is one to which openssl.cnf
/// leaves none.
///
/// With `may_sign` the key signs once in a handshake within this process, and the certificate has to verify that: a key
/// may hold the certificate's public key and be damaged otherwise. A key in a token should not be asked for that.
std::optional<Error> try_in_tls(const CertificateAndKey& identity, bool may_sign);

/// Whether OpenSSL finds the key and the signature of this certificate strong enough to be sent: as the client's `own`,
/// or as one above it.
bool is_taken_by_tls(X509* certificate, bool own);

}  // namespace easypost_connect::internal
