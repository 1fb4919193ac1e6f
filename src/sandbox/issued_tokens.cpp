// SPDX-License-Identifier: Apache-2.0
#include "sandbox/issued_tokens.hpp"

#include <algorithm>
#include <cstddef>

#include "sandbox/secrets.hpp"

namespace easypost_connect::sandbox {
namespace {

// Expired tokens are remembered for a while, to be told from unknown ones.
constexpr std::chrono::hours kRemembered{1};

/// The size of a signed token with a handful of claims, as authorization servers issue them. It is most of what a
/// request weighs, so that a short one would flatter every measurement and pass every limit.
constexpr std::size_t kTokenSize = 978;

std::string random_token() {
  std::string value = random_secret();
  value.resize(kTokenSize, 'x');
  return value;
}

}  // namespace

std::string IssuedTokens::issue(const std::string& client_id, Time now) {
  std::string value = random_token();
  const std::lock_guard lock(mutex_);
  const auto forgotten = [now](const Token& token) { return token.expires + kRemembered < now; };
  tokens_.erase(std::remove_if(tokens_.begin(), tokens_.end(), forgotten), tokens_.end());
  tokens_.push_back({value, client_id, now + life_});
  return value;
}

std::optional<IssuedTokens::Known> IssuedTokens::find(std::string_view token, Time now) const {
  const std::lock_guard lock(mutex_);
  for (const Token& known : tokens_) {
    if (same_secret(known.value, token)) return Known{known.client_id, now >= known.expires};
  }
  return std::nullopt;
}

void IssuedTokens::revoke_all() {
  const std::lock_guard lock(mutex_);
  tokens_.clear();
}

}  // namespace easypost_connect::sandbox
