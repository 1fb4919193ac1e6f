// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "identity/certificate_and_key.hpp"

namespace easypost_connect::internal {

/// Works, but is not as it should be.
struct CredentialWarning {
  std::string message;
  std::string remedy;
};

/// Puts the certificates in the order in which they are sent (RFC 8446, section 4.4.2): that of the key, its issuer,
/// the issuer's issuer. Drops repetitions. An Error when no certificate belongs to the key, or one has no place in the
/// chain; `warning` when the order had to be changed.
std::optional<Error> order_chain(CertificateAndKey& identity, std::optional<CredentialWarning>& warning);

/// What makes every server refuse the client's own certificate: its time, its purpose, a key too short.
std::optional<Error> check_leaf(const X509* leaf, WallTime now);

}  // namespace easypost_connect::internal
