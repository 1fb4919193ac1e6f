// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "core/openssl_handles.hpp"
#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// A certificate and the private key it was made for.
struct CertificateWithKey {
  CertificatePtr certificate;
  KeyPtr key;
};

/// Reads both from PEM or PKCS #12, in memory only. A file is read anew. An Error is that of a login, `step`.
Result<CertificateWithKey> certificate_with_key(const ClientCertificate& from, const VaultClient& client,
                                                const VaultStep& step);

}  // namespace easypost_connect::internal
