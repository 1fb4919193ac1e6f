// SPDX-License-Identifier: Apache-2.0
#include "call/retry_policy.hpp"

#include <algorithm>

namespace easypost_connect::internal {
namespace {

using std::chrono::milliseconds;

/// The server said that it did not take the request, and when to come back.
bool was_turned_away(const Error& error) noexcept {
  const int status = error.seen.http_status;
  return (status == 429 || status == 503) && error.retry_after;
}

bool may_repeat(const Error& error, Method method) noexcept {
  return error.retryable && (is_idempotent(method) || error.never_sent || was_turned_away(error));
}

}  // namespace

std::optional<SteadyTime> RetryPolicy::next_attempt(const Error& error, const Request& request, int attempts,
                                                    Moment now, SteadyTime deadline) const {
  const int asked_for = request.options.max_attempts;
  const int most = asked_for > 0 ? asked_for : options_.max_attempts;
  if (!may_repeat(error, request.method) || attempts >= most) return std::nullopt;
  const SteadyTime at = now.steady + pause(error, attempts);
  if (at >= deadline || !budget_->take()) return std::nullopt;
  return at;
}

milliseconds RetryPolicy::pause(const Error& error, int attempts) const {
  const double doublings = static_cast<double>(1 << std::min(attempts - 1, 20));
  const double bound = std::min(static_cast<double>(options_.first_pause.count()) * doublings,
                                static_cast<double>(options_.longest_pause.count()));
  const milliseconds random(static_cast<milliseconds::rep>(bound * jitter_()));
  // Those who were turned away together come back spread over the moments after the time they were given.
  return error.retry_after ? *error.retry_after + random : random;
}

}  // namespace easypost_connect::internal
