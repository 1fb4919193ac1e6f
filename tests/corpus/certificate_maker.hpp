// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "core/openssl_handles.hpp"

namespace easypost_connect::corpus {

// OpenSSL itself came to judge otherwise: what is said here was seen with 3.0, 3.5, 3.6 and 4.0.
inline constexpr bool kHasBrainpoolInTls13 = OPENSSL_VERSION_NUMBER >= 0x30200000L;  ///< RFC 8734
inline constexpr bool kHasSm2InTls13 = OPENSSL_VERSION_NUMBER >= 0x40000000L;        ///< RFC 8998
inline constexpr bool kRefusesWeakSignatures =
    OPENSSL_VERSION_NUMBER < 0x30500000L;  ///< OpenSSL judges certificates that are shown
inline constexpr bool kReadsDatesThatAreNone = OPENSSL_VERSION_NUMBER < 0x30500000L;

/// Returns a key of a kind, made when first asked for: "RSA-2048", "RSA-PSS", "RSA-PSS SHA256", "RSA-PSS SHA256 64",
/// "ED25519", "DSA", or the name of a curve; "explicit P-256" spells the curve out, "RSA of RSA-PSS" has the numbers of
/// another key. What stands behind a colon tells two of a kind apart: "P-256:root".
EVP_PKEY* key(const std::string& name);

/// A Recipe says what make() writes into a certificate. The defaults are good for a client.
struct Recipe {
  std::string subject = "client";
  std::string key = "P-256:client";
  std::string digest = "SHA256";  ///< empty: no digest, which Ed25519 needs
  /// Names and values are spelled as in openssl.cnf; a dotted number has a value such as "critical,DER:0500".
  std::vector<std::pair<std::string, std::string>> extensions = {{"extendedKeyUsage", "clientAuth"},
                                                                 {"keyUsage", "digitalSignature"}};
  int from_day = -1;  ///< days counted from today
  int until_day = 30;
  std::string end;  ///< text of notAfter, used instead of `until_day`
  int version = 3;
  long serial = 0;  ///< 0: another one each time
};

/// The recipe of an authority.
Recipe authority(const std::string& subject, const std::string& key = {});

/// A certificate, and the name of its key, which signs the certificates below it.
struct Certificate {
  internal::CertificatePtr x509;
  std::string key_name;
  [[nodiscard]] std::string pem() const;
};

/// Makes a certificate that `issuer` signs; it signs itself if `issuer` is null.
Certificate make(const Recipe& recipe, const Certificate* issuer = nullptr);

/// Returns the key as PEM: PKCS #8, not encrypted.
std::string key_pem(const std::string& name);

}  // namespace easypost_connect::corpus
