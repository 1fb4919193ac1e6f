// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/credentials.hpp>

#include "sandbox/certificate_authority.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

/// Returns the authority of the whole program. Certificates are made when first needed; their keys are P-256, because
/// those cost nothing.
inline const sandbox::CertificateAuthority& authority() {
  static const sandbox::CertificateAuthority made;
  return made;
}

inline sandbox::CertificateProfile client_profile() {
  sandbox::CertificateProfile profile;
  profile.key_type = sandbox::KeyType::kP256;
  return profile;
}

inline const sandbox::IssuedCertificate& good_client() {
  static const sandbox::IssuedCertificate made = authority().issue(client_profile());
  return made;
}

/// A client certificate that is not `good_client()`.
inline const sandbox::IssuedCertificate& other_client() {
  static const sandbox::IssuedCertificate made = authority().issue(client_profile());
  return made;
}

/// A client certificate whose key is encrypted with test_support::kPassphrase.
inline const sandbox::IssuedCertificate& encrypted_client() {
  static const sandbox::IssuedCertificate made = [] {
    sandbox::CertificateProfile profile = client_profile();
    profile.passphrase = test_support::kPassphrase;
    return authority().issue(profile);
  }();
  return made;
}

inline TlsMaterial pem(const std::string& text) { return TlsMaterial::in_memory(Secret(text)); }

inline ClientCertificate credentials_of(const sandbox::IssuedCertificate& issued, std::string_view passphrase = {}) {
  return {pem(issued.certificate), pem(issued.private_key), Secret(passphrase)};
}

}  // namespace easypost_connect::unit_test
