// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <vector>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Says when to tell that a certificate expires: once for each threshold. Thread-safe; costs a load when there is
/// nothing to tell.
class ExpiryNotices {
 public:
  ExpiryNotices(std::vector<std::chrono::hours> thresholds, WallTime expires_at);

  struct Notice {
    std::chrono::seconds left;
    std::chrono::hours threshold;
  };
  /// What is due. Of thresholds passed together, the closest to the end is the one that counts.
  [[nodiscard]] std::optional<Notice> due(WallTime now) noexcept;

 private:
  std::vector<std::chrono::hours> thresholds_;  // the longest first
  WallTime expires_at_;
  std::atomic<std::size_t> next_{0};  // of thresholds_
};

}  // namespace easypost_connect::internal
