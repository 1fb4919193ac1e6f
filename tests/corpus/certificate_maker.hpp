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

#include "identity/openssl_ptr.hpp"

namespace easypost_connect::corpus {

/// A key of a kind, made when first asked for: "RSA-2048", "RSA-PSS", "RSA-PSS SHA256", "RSA-PSS SHA256 64", "ED25519",
/// "DSA", or the name of a curve; "explicit P-256" spells the curve out, "RSA of RSA-PSS" has the numbers of another
/// key. What stands behind a colon tells two of a kind apart: "P-256:root".
EVP_PKEY* key(const std::string& name);

/// What a certificate should say; as it stands: one that is good for a client.
struct Recipe {
  std::string subject = "client";
  std::string key = "P-256:client";
  std::string digest = "SHA256";  ///< empty: as Ed25519 wants it
  /// As openssl.cnf has them; a name may be a dotted number, the value then "critical,DER:0500".
  std::vector<std::pair<std::string, std::string>> extensions = {{"extendedKeyUsage", "clientAuth"},
                                                                 {"keyUsage", "digitalSignature"}};
  int from_day = -1;  ///< from today
  int until_day = 30;
  std::string end;  ///< as it stands in the certificate, instead of `until_day`
  int version = 3;
  long serial = 0;  ///< 0: another one each time
};

/// The recipe of an authority.
Recipe authority(const std::string& subject, const std::string& key = {});

/// A certificate and whose name and key will be below it.
struct Certificate {
  internal::CertificatePtr x509;
  std::string key_name;
  [[nodiscard]] std::string pem() const;
};

/// Signed by `issuer`; null: by itself.
Certificate make(const Recipe& recipe, const Certificate* issuer = nullptr);

/// PKCS #8, not encrypted.
std::string key_pem(const std::string& name);

}  // namespace easypost_connect::corpus
