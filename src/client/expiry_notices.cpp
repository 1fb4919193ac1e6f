// SPDX-License-Identifier: Apache-2.0
#include "client/expiry_notices.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace easypost_connect::internal {

ExpiryNotices::ExpiryNotices(std::vector<std::chrono::hours> thresholds, WallTime expires_at)
    : thresholds_(std::move(thresholds)), expires_at_(expires_at) {
  std::sort(thresholds_.begin(), thresholds_.end(), std::greater<>());
}

std::optional<ExpiryNotices::Notice> ExpiryNotices::due(WallTime now) noexcept {
  const auto left = expires_at_ - now;
  std::size_t next = next_.load(std::memory_order_relaxed);
  std::size_t passed = next;
  while (passed < thresholds_.size() && left <= thresholds_[passed]) ++passed;
  // Who moves `next_` on is the one to tell.
  if (passed == next || !next_.compare_exchange_strong(next, passed, std::memory_order_relaxed)) return std::nullopt;
  return Notice{std::chrono::duration_cast<std::chrono::seconds>(left), thresholds_[passed - 1]};
}

}  // namespace easypost_connect::internal
