// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/error.hpp>
#include <easypost_connect/request.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Tells whether the server said that it did not take the request, and when to come back.
[[nodiscard]] bool was_turned_away(const Error& error) noexcept;

/// How many retries all calls of a client may still make together. A retry takes one; ten successes give one back. When
/// a service is down for everyone, the retries of a large batch end after a while instead of multiplying its load.
/// Thread-safe.
class RetryBudget {
 public:
  static constexpr int kSuccessesPerRetry = 10;

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
  const int full_;
  std::atomic<int> left_;
};

/// Says whether a failed call may be tried again, and when.
///
/// Only what cannot do harm: see RetryOptions. Pauses are random between zero and a bound that doubles (full jitter),
/// or as long as the server asked for; one that would pass the deadline is not started. Thread-safe; copies share the
/// budget.
class RetryPolicy {
 public:
  RetryPolicy(const RetryOptions& options, Jitter jitter, std::chrono::milliseconds attempt = Timeouts().attempt)
      : options_(options), jitter_(jitter), attempt_(attempt), budget_(std::make_shared<RetryBudget>(options.budget)) {}

  /// When an attempt that begins now has to end. `attempts` counts those made before. One that would not be repeated
  /// has until the deadline of its call: to end it sooner could only lose its answer.
  [[nodiscard]] SteadyTime attempt_deadline(const Request& request, int attempts, SteadyTime now,
                                            SteadyTime deadline) const;

  /// The moment of the next attempt, or nothing: the call ends with `error`. `attempts` counts those made.
  [[nodiscard]] std::optional<SteadyTime> next_attempt(const Error& error, const Request& request, int attempts,
                                                       Moment now, SteadyTime deadline) const;

  void succeeded() const noexcept { budget_->earn(); }

 private:
  [[nodiscard]] int most_attempts(const Request& request) const noexcept;
  [[nodiscard]] std::chrono::milliseconds pause(const Error& error, int attempts) const;

  RetryOptions options_;
  Jitter jitter_;
  std::chrono::milliseconds attempt_;
  std::shared_ptr<RetryBudget> budget_;
};

}  // namespace easypost_connect::internal
