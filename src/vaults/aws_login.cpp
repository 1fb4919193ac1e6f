// SPDX-License-Identifier: Apache-2.0
#include "vaults/aws_login.hpp"

#include <chrono>

namespace easypost_connect::internal {

Result<vaults::AwsKeys> AwsLogin::keys(WallTime now, const VaultStep& step, const std::string& region) {
  constexpr std::chrono::minutes kBeforeTheEnd{5};
  const auto ends_within = [&](std::chrono::minutes time) {
    return kept_->expiration && now + time >= *kept_->expiration;
  };
  if (kept_ && !ends_within(kBeforeTheEnd)) return kept_->keys;
  auto fetched = source_->fetch(step, region);
  if (fetched) {
    kept_ = *std::move(fetched);
  } else if (!kept_ || ends_within(std::chrono::minutes(0))) {
    return std::move(fetched).error();
  }
  return kept_->keys;
}

}  // namespace easypost_connect::internal
