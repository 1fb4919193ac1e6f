// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <easypost_connect/result.hpp>

#include "sandbox/pem.hpp"

namespace easypost_connect::sandbox {

enum class KeyType { kP256, kRsa2048, kRsa1024 };

/// CertificatePurpose says what a certificate may be used for (extended key usage, RFC 5280, section 4.2.1.12).
enum class CertificatePurpose { kServer, kClient };

/// CertificateProfile says what a certificate shall hold. Its defaults make one for a client
/// that passes, with the RSA-2048 key of the EasyPost guide.
struct CertificateProfile {
  std::string common_name = "sandbox-client";
  CertificatePurpose purpose = CertificatePurpose::kClient;
  KeyType key_type = KeyType::kRsa2048;
  std::vector<std::string> subject_alt_names{};  ///< written as OpenSSL does: "DNS:localhost", "IP:127.0.0.1"
  /// The validity window, counted from now: {-2 h, -1 h} is expired, {1 h, 2 h} is not yet valid.
  std::chrono::seconds valid_from = std::chrono::hours{-1};
  std::chrono::seconds valid_until = std::chrono::hours{90 * 24};
  std::string passphrase{};  ///< encrypts the key (PKCS#8, AES-256); empty: it is not encrypted
};

/// The profile of a server on this machine: P-256, for localhost and 127.0.0.1.
[[nodiscard]] CertificateProfile server_profile();

/// A certificate and its key, both PEM; the key is PKCS#8.
struct IssuedCertificate {
  std::string certificate;
  std::string private_key;
};

/// A certificate that its own key has signed: no authority stands behind it.
[[nodiscard]] IssuedCertificate issue_self_signed(const CertificateProfile& profile = {});

/// UnusableAuthority says why a text is no certificate authority, in words for people: "it has expired".
class UnusableAuthority : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A certificate authority, in memory only; every object is one of its own, with a P-256 key of its own, unless it was
/// made from_pem().
///
///     const CertificateAuthority authority;
///     CertificateProfile expired;
///     expired.valid_from = -2h;
///     expired.valid_until = -1h;
///     const IssuedCertificate client = authority.issue(expired);
///
/// Throws std::runtime_error, with OpenSSL's reason, when a certificate
/// cannot be made or read. issue() may be called from many threads.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& common_name = "sandbox certificate authority");

  /// Restores an authority from what to_pem_with_key() gave. Throws UnusableAuthority.
  [[nodiscard]] static CertificateAuthority from_pem(const std::string& pem);
  /// Returns the authority's certificate and private key.
  [[nodiscard]] std::string to_pem_with_key() const;

  /// Makes a new key and signs a certificate for it. RSA-2048 takes some 50 ms.
  [[nodiscard]] IssuedCertificate issue(const CertificateProfile& profile = {}) const;

  /// A certificate (PEM) for a client, for the subject and the key of a request, whatever else that asks for.
  [[nodiscard]] std::string certify(X509_REQ& request, std::chrono::seconds life) const;

  /// An authority below this one, whose certificate clients and servers have to send along.
  [[nodiscard]] CertificateAuthority issue_authority(const std::string& common_name) const;

  /// The list of those of its certificates that no longer count, PEM (RFC 5280, section 5); good for a day.
  [[nodiscard]] std::string revocation_list(const std::vector<IssuedCertificate>& revoked) const;

  /// The authority's own certificate, PEM: what the other side has to trust.
  [[nodiscard]] const std::string& certificate() const noexcept { return certificate_pem_; }

 private:
  CertificateAuthority(KeyPtr key, CertificatePtr certificate);
  /// `issuer` null: it signs itself.
  CertificateAuthority(const std::string& common_name, const CertificateAuthority* issuer);

  KeyPtr key_;
  CertificatePtr certificate_;
  std::string certificate_pem_;
};

/// Reads a signing request, PEM or DER, and judges it as a careful authority does: it must be signed with its own key
/// and a digest that still counts, name a subject, and ask for a key that is strong enough. What is no request is
/// called by its name.
Result<RequestPtr> read_signing_request(const std::string& text);

}  // namespace easypost_connect::sandbox
