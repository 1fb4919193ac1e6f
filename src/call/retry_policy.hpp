// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/request.hpp>

#include "call/retry_budget.hpp"
#include "core/clock.hpp"
#include "core/jitter.hpp"

namespace easypost_connect::internal {

/// Says whether a failed call may be tried again, and when.
///
/// Only what cannot do harm: see RetryOptions. Pauses are random between zero and a bound that doubles (full jitter),
/// or as long as the server asked for; one that would pass the deadline is not started. Thread-safe; copies share the
/// budget.
class RetryPolicy {
 public:
  RetryPolicy(const RetryOptions& options, Jitter jitter)
      : options_(options), jitter_(jitter), budget_(std::make_shared<RetryBudget>(options.budget)) {}

  /// The moment of the next attempt, or nothing: the call ends with `error`. `attempts` counts those made.
  [[nodiscard]] std::optional<SteadyTime> next_attempt(const Error& error, const Request& request, int attempts,
                                                       Moment now, SteadyTime deadline) const;

  void succeeded() const noexcept { budget_->earn(); }

 private:
  [[nodiscard]] std::chrono::milliseconds pause(const Error& error, int attempts) const;

  RetryOptions options_;
  Jitter jitter_;
  std::shared_ptr<RetryBudget> budget_;
};

}  // namespace easypost_connect::internal
