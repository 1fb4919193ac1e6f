// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "sandbox/certificate_authority.hpp"
#include "sandbox/trusted_authorities.hpp"

namespace easypost_connect::sandbox {

/// What a listener does about the certificate of a client.
enum class ClientCertificates {
  kRequired,  ///< no handshake without one of a trusted authority
  kUnasked,   ///< none is asked for
  kNoticed,   ///< asked for, and any is taken, so that a request on such a connection can be refused out loud
};

/// How a listener speaks TLS.
struct ServerTls {
  IssuedCertificate identity;
  std::shared_ptr<const TrustedAuthorities> trusted_authorities{};  ///< for kRequired; has to outlive the SSL_CTX
  ClientCertificates client_certificates = ClientCertificates::kUnasked;
  bool http2 = false;  ///< whether a client that offers HTTP/2 by ALPN gets it
};

/// Throws std::runtime_error when there is no certificate in the text.
CertificateHandle parse_certificate(const std::string& pem);

/// Makes `context` a server's: TLS 1.2 or newer. Throws
/// std::runtime_error when the certificate or the key cannot be used.
void configure(SSL_CTX& context, const ServerTls& tls);

/// The common name of the certificate that the client presented on this connection; empty when it presented none.
std::string client_common_name(const SSL& ssl);

/// Whether HTTP/2 was chosen for this connection.
bool speaks_http2(const SSL& ssl) noexcept;

/// Whether the client presented a certificate on this connection.
bool has_client_certificate(const SSL& ssl) noexcept;

}  // namespace easypost_connect::sandbox
