// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace easypost_connect::internal {

/// How many retries all calls of a client may still make together. A retry takes one; ten successes give one back. When
/// a service is down for everyone, the retries of a large batch end after a while instead of multiplying its load.
/// Thread-safe.
class RetryBudget {
 public:
  explicit RetryBudget(int retries) noexcept : full_(retries * kSuccessesPerRetry), left_(full_) {}

  [[nodiscard]] bool take() noexcept {
    int left = left_.load(std::memory_order_relaxed);
    while (left >= kSuccessesPerRetry) {
      if (left_.compare_exchange_weak(left, left - kSuccessesPerRetry, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  void earn() noexcept {
    int left = left_.load(std::memory_order_relaxed);
    while (left < full_ && !left_.compare_exchange_weak(left, left + 1, std::memory_order_relaxed)) {
    }
  }

 private:
  static constexpr int kSuccessesPerRetry = 10;
  const int full_;
  std::atomic<int> left_;
};

}  // namespace easypost_connect::internal
