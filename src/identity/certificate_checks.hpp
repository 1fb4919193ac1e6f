// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>
#include <vector>

#include <easypost_connect/error.hpp>

#include "core/clock.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// Works, but is not as it should be.
struct CredentialWarning {
  std::string message;
  std::string remedy;
};

/// What makes every server refuse the client's own certificate: its time, its purpose, a curve without
/// a name.
std::optional<Error> check_leaf(X509* leaf, WallTime now);

/// Only the purpose: extended key usage, key usage, Netscape's certificate type.
std::optional<Error> check_purpose(X509* leaf);

/// Warns of what makes some servers refuse a chain, the client's own certificate first. That one above it is outside
/// its time is no Error, because a server may have a renewed one, which it prefers.
void doubt_chain(const std::vector<CertificatePtr>& chain, WallTime now, std::vector<CredentialWarning>& warnings);

}  // namespace easypost_connect::internal
