// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/export.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

struct KeyFacts {
  std::string type;  ///< "RSA", "EC", ... as OpenSSL names it
  int bits = 0;      ///< size of the modulus (RSA) or of the curve (EC)
};

/// The statements of a certificate about itself. They hold no secret.
struct CertificateFacts {
  /// The name as RFC 4514 writes it: "CN=my-company,O=My Company"; UTF-8, ASCII control characters escaped.
  std::string subject;
  std::string issuer;         ///< likewise
  std::string serial_number;  ///< hexadecimal
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  std::string sha256;    ///< digest of the DER, 64 hexadecimal digits
  std::string x5t_s256;  ///< the same as base64url: `x5t#S256` (RFC 7515, section 4.1.8; RFC 8705, section 3.1)
  KeyFacts public_key;
  std::vector<std::string> purposes;  ///< extended key usage (RFC 5280, section 4.2.1.12): "clientAuth"; empty: any
  /// Key usage (RFC 5280, section 4.2.1.3), as the RFC writes it: "digitalSignature"; empty: any.
  std::vector<std::string> key_usages;
  bool may_be_client = false;  ///< purposes and key usages allow it to prove a TLS client

  /// Returns the whole days until the certificate expires; negative when it has.
  [[nodiscard]] long days_left(std::chrono::system_clock::time_point now) const noexcept {
    using Days = std::chrono::duration<long, std::ratio<86'400>>;
    return std::chrono::floor<Days>(not_after - now).count();
  }
  [[nodiscard]] bool valid_at(std::chrono::system_clock::time_point now) const noexcept {
    return not_before <= now && now <= not_after;
  }
};

/// Facts that can be told of a private key without telling any of it.
struct PrivateKeyFacts : KeyFacts {
  bool encrypted = false;  ///< the key cannot be read without the passphrase
  bool in_token = false;   ///< the key stays in a PKCS #11 token
  /// The index of the certificate, among those of certificate_facts(), that was made for the key; none when it is the
  /// key of some other certificate.
  std::optional<std::size_t> certificate;
};

/// Returns facts of every certificate in `certificate.certificate`, in order; at least one. A private key is not looked
/// at, save in a PKCS #12 file, and a certificate that is outside its time is none the worse. The Error is the one that
/// create() gives. May be called from any thread.
[[nodiscard]] EASYPOST_CONNECT_EXPORT Result<std::vector<CertificateFacts>> certificate_facts(
    const ClientCertificate& certificate);

/// Returns facts of the private key, and whether it fits the certificate. The key may come along with the certificate.
/// May be called from any thread.
[[nodiscard]] EASYPOST_CONNECT_EXPORT Result<PrivateKeyFacts> private_key_facts(const ClientCertificate& certificate);

}  // namespace easypost_connect
