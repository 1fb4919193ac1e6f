// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "identity/certificate_and_key.hpp"
#include "identity/certificate_checks.hpp"

namespace easypost_connect::internal {

/// Leaves those certificates that are sent, in the order in which they are (RFC 8446, section 4.4.2): that of the key,
/// its issuer, the issuer's issuer. The only Error: no certificate belongs to the key.
///
/// - A self-signed root at the end is not sent: a server that does not have it would not trust it ("may be omitted").
/// - Of several certificates of the key, the one for clients is taken, then one that OpenSSL does not find too weak,
/// then
///   one that an authority has signed, then one that is valid at `now`, then the one that ends last.
/// - Of several certificates of one issuer, one is taken that OpenSSL does not find too weak and that is an
/// authority's,
///   then one that is valid, then one that leads on to another authority (cross-signed) before a root. Between two of
///   the same authority the one that ends last; between those of two authorities the first: nobody but the owner of the
///   file knows which of them the server trusts.
/// - All others are left out. `warnings` names them, and says so when an order that somebody chose had
///   to be changed.
///
/// Nothing is said of an issuer that is not there, as long as nothing else is there instead: a server may have it.
std::optional<Error> order_chain(CertificateAndKey& identity, WallTime now, std::vector<CredentialWarning>& warnings);

}  // namespace easypost_connect::internal
