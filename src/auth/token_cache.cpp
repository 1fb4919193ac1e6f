// SPDX-License-Identifier: Apache-2.0
#include "auth/token_cache.hpp"

#include <algorithm>
#include <utility>

namespace easypost_connect::internal {
namespace {

/// A token is not used in the last tenth of its life, half a minute at most: it has to survive the way to the server.
std::chrono::milliseconds slack_of(const AccessToken& token) {
  return std::min<std::chrono::milliseconds>(std::chrono::milliseconds(token.life()) / 10, std::chrono::seconds(30));
}

}  // namespace

TokenCache::Advice TokenCache::ask(Moment now) {
  if (token_ && !token_->expired(now, slack_of(*token_))) return Advice::kServe;
  if (in_flight_) return Advice::kWait;
  in_flight_ = true;
  return Advice::kFetch;
}

void TokenCache::land(Result<AccessToken> outcome) {
  in_flight_ = false;
  ++landed_;
  last_failure_.reset();
  if (outcome) {
    token_ = *std::move(outcome);
  } else {
    last_failure_ = std::move(outcome).error();
  }
}

void TokenCache::invalidate(const AccessToken& token) {
  if (token_ == token) token_.reset();
}

}  // namespace easypost_connect::internal
