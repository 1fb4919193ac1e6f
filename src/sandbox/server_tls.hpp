// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "sandbox/certificate_authority.hpp"
#include "sandbox/pem.hpp"

namespace easypost_connect::sandbox {

/// The authorities whose client certificates a server takes; may change while it runs. Thread-safe.
class TrustedAuthorities {
 public:
  /// Trusts these (PEM) and no others, from the next handshake on. Throws std::runtime_error when one cannot be read.
  void trust(const std::vector<std::string>& authorities);

  /// Has all handshakes of `context` demand a certificate of theirs. They must outlive it.
  void demand_in(SSL_CTX& context) const;

 private:
  [[nodiscard]] bool install(SSL* connection) const noexcept;

  mutable std::mutex mutex_;
  internal::TrustStorePtr store_;
  std::vector<CertificatePtr> certificates_;
};

/// ClientCertificates says what a listener does about the certificate of a client.
enum class ClientCertificates {
  kRequired,  ///< no handshake without one of a trusted authority
  kUnasked,   ///< no certificate is asked for
  kNoticed,   ///< asked for, and any is taken, so that a request on such a connection can be refused out loud
};

/// How a listener speaks TLS.
struct ServerTls {
  IssuedCertificate identity;
  std::shared_ptr<const TrustedAuthorities> trusted_authorities{};  ///< used for kRequired; has to outlive the SSL_CTX
  ClientCertificates client_certificates = ClientCertificates::kUnasked;
  bool http2 = false;  ///< a client that offers HTTP/2 by ALPN gets it
};

/// Makes `context` a server's: TLS 1.2 or newer. Throws
/// std::runtime_error when the certificate or the key cannot be used.
void configure(SSL_CTX& context, const ServerTls& tls);

/// The common name of the certificate that the client presented on this connection; empty when it presented none.
std::string client_common_name(const SSL& ssl);

/// Tells whether HTTP/2 was chosen for this connection.
bool speaks_http2(const SSL& ssl) noexcept;

/// Tells whether the client presented a certificate on this connection.
bool has_client_certificate(const SSL& ssl) noexcept;

}  // namespace easypost_connect::sandbox
