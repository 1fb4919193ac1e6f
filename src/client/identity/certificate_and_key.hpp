// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "core/openssl_handles.hpp"
#include "identity/certificate_checks.hpp"
#include "identity/file_form.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {

/// Returns all certificates of `pieces`, in order; at least one. Keys and what belongs to them may stand beside them.
Result<std::vector<CertificatePtr>> certificates_in(const std::vector<Piece>& pieces, const MaterialField& field);

/// Returns the same of PEM or DER.
Result<std::vector<CertificatePtr>> parse_certificates(const Secret& content, const MaterialField& field);

/// Returns the same of a file or of memory. `warnings`, if given, learns of what stands in it and is not used.
Result<std::vector<CertificatePtr>> load_certificates(const TlsMaterial& source, const MaterialField& field,
                                                      std::vector<CredentialWarning>* warnings = nullptr);

/// The contents of a ClientCertificate, whatever its format is.
struct CertificateAndKey {
  std::vector<CertificatePtr> certificates;  ///< one or more, in the order in which they were given
  KeyPtr key;
  /// The order was the owner's choice; in a PKCS #12 file it is that of the program that wrote it.
  bool in_order = true;
  std::vector<CredentialWarning> warnings{};  ///< name what stands beside them and is not used
};

/// Reads PEM, PKCS #12 or a PKCS #11 token; does not judge what it finds.
Result<CertificateAndKey> load_certificate_and_key(const ClientCertificate& given);

/// Returns whether `pieces` are a single PKCS #12 file.
bool is_pkcs12(const std::vector<Piece>& pieces) noexcept;

/// Returns the identity in a PKCS #12 file: its key, the certificate of that key first, then all others. `key` is null
/// when the file holds certificates alone. It is an Error when the file holds several keys and it is not plain which
/// one is meant.
Result<CertificateAndKey> parse_pkcs12(const Secret& der, const Secret& passphrase, const MaterialField& field);

/// Returns the certificates of a trust store that is a PKCS #12 file, such as Java's cacerts. It holds no secret; its
/// passphrase is none, or the one that keytool's manual uses.
Result<std::vector<CertificatePtr>> parse_trust_store(const Secret& der, const MaterialField& field);

/// Leaves those certificates that are sent, in the order in which they are (RFC 8446, section 4.4.2): that of the key,
/// its issuer, the issuer's issuer. The only Error: no certificate belongs to the key.
///
/// - A self-signed root at the end is not sent: a server that does not have it would not trust it ("may be omitted").
/// - Of several certificates of the key, the one for clients is taken, then one that OpenSSL does not find too weak,
///   then one that an authority has signed, then one that is valid at `now`, then the one that ends last.
/// - Of several certificates of one issuer, one is taken that OpenSSL does not find too weak and that is of an
///   authority, then one that is valid, then one that leads on to another authority (cross-signed) before a root.
///   Between two of the same authority, the one that ends last is taken; between those of two authorities the first:
///   nobody but the owner of the file knows which of them the server trusts.
/// - All others are left out. `warnings` names them, and says so when an order that somebody chose had to be changed.
///
/// Nothing is said of an issuer that is not there, as long as nothing else is there instead: a server may have it.
Result<void> order_chain(CertificateAndKey& identity, WallTime now, std::vector<CredentialWarning>& warnings);

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
/// If `may_sign`, the key signs once in a handshake within this process, and the certificate has to verify that: a key
/// may hold the certificate's public key and be damaged otherwise. A key in a token should not be asked for that.
Result<void> try_in_tls(const CertificateAndKey& identity, bool may_sign);

/// Returns whether OpenSSL finds the key and the signature of this certificate strong enough to be sent: as the
/// client's `own`, or as one above it.
bool is_taken_by_tls(X509* certificate, bool own);

}  // namespace easypost_connect::internal
