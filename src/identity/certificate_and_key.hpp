// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "identity/certificate_checks.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// What a ClientCertificate holds, whatever its format.
struct CertificateAndKey {
  std::vector<CertificatePtr> certificates;  ///< at least one, in the order in which they were given
  KeyPtr key;
  bool in_order =
      true;  ///< the order was the owner's choice; in a PKCS #12 file it is that of the program that wrote it
  std::vector<CredentialWarning> warnings{};  ///< what stands beside them and is not used
};

/// Reads PEM, PKCS #12 or a PKCS #11 token; does not judge what it finds.
Result<CertificateAndKey> load_certificate_and_key(const ClientCertificate& given);

}  // namespace easypost_connect::internal
