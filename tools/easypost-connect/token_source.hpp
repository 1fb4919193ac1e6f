// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <easypost_connect/client_options.hpp>

#include "identity/tls_identity.hpp"
#include "token/access_token.hpp"

namespace easypost_connect::tool {

using IdentityPtr = std::shared_ptr<const internal::TlsIdentity>;

/// Options that ConnectClient::create() would take, and the TLS identity it would make of them. What they have in pipes
/// is in memory afterwards, so that they can be used again.
[[nodiscard]] Result<IdentityPtr> load_identity(ClientOptions& options);

/// A new token, by the grant and the transport that the client uses.
[[nodiscard]] Result<internal::AccessToken> fetch_token(const ClientOptions& options, const IdentityPtr& identity);

/// The first 16 hexadecimal digits of the token's SHA-256: tells two tokens apart, and gives none away.
[[nodiscard]] std::string fingerprint(const internal::AccessToken& token);

}  // namespace easypost_connect::tool
