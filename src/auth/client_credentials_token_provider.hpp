// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "auth/client_credentials_grant.hpp"
#include "auth/token_cache.hpp"
#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Access tokens from the client-credentials grant, each reused until shortly before it expires. Thread-safe.
///
/// However many threads ask, one fetches; the others wait, each until its own deadline. No lock is held over the network.
class ClientCredentialsTokenProvider {
 public:
  ClientCredentialsTokenProvider(ClientCredentialsGrant grant, std::shared_ptr<const Clock> clock);

  [[nodiscard]] Result<AccessToken> get(SteadyTime deadline);

  /// Forgets a token that the API refused.
  void invalidate(const AccessToken& token);

 private:
  [[nodiscard]] Result<AccessToken> fetch(SteadyTime deadline);

  ClientCredentialsGrant grant_;
  std::shared_ptr<const Clock> clock_;
  std::mutex mutex_;
  std::condition_variable landed_;
  TokenCache cache_;
};

}  // namespace easypost_connect::internal
