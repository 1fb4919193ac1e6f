// SPDX-License-Identifier: Apache-2.0
#include "auth/client_credentials_token_provider.hpp"

#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {

ClientCredentialsTokenProvider::ClientCredentialsTokenProvider(ClientCredentialsGrant grant, std::shared_ptr<const Clock> clock)
    : grant_(std::move(grant)), clock_(std::move(clock)) {}

Result<AccessToken> ClientCredentialsTokenProvider::get(SteadyTime deadline) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto advice = cache_.ask(clock_->now());
    if (advice == TokenCache::Advice::kServe) return cache_.token();
    if (advice == TokenCache::Advice::kFetch) {
      lock.unlock();
      return fetch(deadline);
    }
    const auto flight = cache_.landed();
    if (!landed_.wait_until(lock, deadline, [&] { return cache_.landed() != flight; })) {
      return make_error(ErrorCode::kTimeout, Factor::kNetwork, "The deadline passed while waiting for an access token.",
                        "Allow more time, or check that the token endpoint answers.");
    }
    // The fetching caller may only have had less time than this one: then this one tries itself.
    const auto& failure = cache_.last_failure();
    if (failure && failure->code != ErrorCode::kTimeout) return *failure;
  }
}

Result<AccessToken> ClientCredentialsTokenProvider::fetch(SteadyTime deadline) {
  auto outcome = grant_.fetch(clock_->now(), deadline);
  {
    const std::lock_guard lock(mutex_);
    cache_.land(outcome);
  }
  landed_.notify_all();
  return outcome;
}

void ClientCredentialsTokenProvider::invalidate(const AccessToken& token) {
  const std::lock_guard lock(mutex_);
  cache_.invalidate(token);
}

}  // namespace easypost_connect::internal
