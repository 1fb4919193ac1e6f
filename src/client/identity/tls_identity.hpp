// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "core/openssl_handles.hpp"
#include "identity/certificate_checks.hpp"

namespace easypost_connect::internal {

/// Layer 1: certificate chain, private key and trust store, parsed once and given to every connection.
///
/// libcurl on its own reads and parses all three again for each connection, which costs more than the handshake itself.
/// Immutable after load(); OpenSSL counts references to the parts, so connections of any number of threads share them.
class TlsIdentity {
 public:
  /// Loads and checks: the key belongs to the certificate and, unless it is in a token, proves so with a signature; the
  /// certificate is valid at `now` and meant for clients; the chain has no gap; OpenSSL takes all of it, with TLS 1.3
  /// too.
  [[nodiscard]] static Result<std::shared_ptr<const TlsIdentity>> load(const ClientCertificate& certificate,
                                                                       const TlsMaterial& server_ca, WallTime now);

  /// Loads a trust store alone, with nothing to present: the system's if `server_ca` is empty.
  [[nodiscard]] static Result<std::shared_ptr<const TlsIdentity>> trusting(const TlsMaterial& server_ca);

  /// Returns the same trust with nothing to present, for servers that must not see the client certificate.
  [[nodiscard]] std::shared_ptr<const TlsIdentity> without_certificate() const;

  [[nodiscard]] bool has_certificate() const noexcept { return leaf_ != nullptr; }
  /// Tells whether the trust store is server_ca, and not the system's.
  [[nodiscard]] bool has_own_authorities() const noexcept { return own_authorities_; }
  /// Returns the public key of the certificate; there has to be one.
  [[nodiscard]] const EVP_PKEY* public_key() const noexcept { return X509_get0_pubkey(leaf_.get()); }
  /// Returns the end of the certificate's validity; there has to be one.
  [[nodiscard]] WallTime expires_at() const;

  /// Returns the names of the certificates that a server is shown, in order.
  [[nodiscard]] std::vector<std::string> subjects() const;

  /// Returns what load() let pass, although it is not as it should be.
  [[nodiscard]] const std::vector<CredentialWarning>& warnings() const noexcept { return warnings_; }

  /// Makes connections of `context` judge the server by this trust store.
  void install_trust(SSL_CTX* context) const noexcept;

  /// Shows certificate and chain, and proves with the key, in the handshake of `connection`. Returns false when OpenSSL
  /// refused.
  [[nodiscard]] bool present(SSL* connection) const noexcept;

 private:
  [[nodiscard]] static Result<std::shared_ptr<const TlsIdentity>> load_all(const ClientCertificate& certificate,
                                                                           const TlsMaterial& server_ca, WallTime now);

  CertificatePtr leaf_;
  std::vector<CertificatePtr> intermediates_;
  ChainPtr chain_;  // the intermediates in the form that OpenSSL takes
  KeyPtr key_;
  TrustStorePtr trust_;
  bool own_authorities_ = false;
  std::vector<CredentialWarning> warnings_;
};

}  // namespace easypost_connect::internal
