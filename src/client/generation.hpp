// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/client_options.hpp>

#include "auth/client_credentials_token_provider.hpp"
#include "call/call.hpp"
#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Everything that is made from one set of credentials: nothing of it is ever shared with another set, because libcurl would
/// reuse a connection across different private keys.
struct Generation {
  CallPolicies policies;
  std::shared_ptr<Transport> transport;         ///< mutual TLS
  std::shared_ptr<Transport> upload_transport;  ///< the same trust, no client certificate
  std::unique_ptr<ClientCredentialsTokenProvider> tokens;

  /// Composes the three layers. `options` have passed check_options().
  [[nodiscard]] static Result<std::unique_ptr<Generation>> compose(const ClientOptions& options,
                                                                   const std::shared_ptr<const Clock>& clock);
};

}  // namespace easypost_connect::internal
