// SPDX-License-Identifier: Apache-2.0
#include "call/retry_policy.hpp"

#include <algorithm>

#include "body/body.hpp"

namespace easypost_connect::internal {

bool was_turned_away(const Error& error) noexcept {
  const int status = error.seen.http_status;
  return (status == 429 || status == 503) && error.retry_after;
}

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestAsked = std::chrono::hours(24);

/// The server has only changed a connection that had brought answers, as some do after each hundred requests: calls get
/// on however often it does, and this one within so many attempts.
bool only_changed_connection(const Error& error, int attempts) noexcept {
  constexpr int kMostChanges = 100;
  return error.never_sent && error.seen.kept_connection && attempts < kMostChanges;
}

bool may_repeat(const Error& error, Method method) noexcept {
  return error.retryable && (is_idempotent(method) || error.never_sent || was_turned_away(error));
}

}  // namespace

int RetryPolicy::most_attempts(const Request& request) const noexcept {
  const int asked_for = request.options.max_attempts;
  return asked_for > 0 ? asked_for : options_.max_attempts;
}

SteadyTime RetryPolicy::attempt_deadline(const Request& request, int attempts, SteadyTime now,
                                         SteadyTime deadline) const {
  const bool repeated =
      is_idempotent(request.method) && repeatable(request.body) && attempts + 1 < most_attempts(request);
  return repeated ? std::min(now + attempt_, deadline) : deadline;
}

std::optional<SteadyTime> RetryPolicy::next_attempt(const Error& error, const Request& request, int attempts,
                                                    Moment now, SteadyTime deadline) const {
  const int most = most_attempts(request);
  const bool free = only_changed_connection(error, attempts) && most > 1;
  if (!may_repeat(error, request.method) || (attempts >= most && !free)) return std::nullopt;
  const SteadyTime at = now.steady + pause(error, attempts);
  if (at >= deadline || !(free || budget_->take())) return std::nullopt;
  return at;
}

/// There is no pause behind a connection that had been kept too long: that says nothing of how the other side fares.
milliseconds RetryPolicy::pause(const Error& error, int attempts) const {
  if (error.seen.kept_connection) return milliseconds(0);
  const double doublings = static_cast<double>(1 << std::min(attempts - 1, 20));
  const double bound = std::min(static_cast<double>(options_.first_pause.count()) * doublings,
                                static_cast<double>(options_.longest_pause.count()));
  const milliseconds random(static_cast<milliseconds::rep>(bound * jitter_()));
  // Callers who were turned away together come back spread over the moments after the time they were given.
  // An Error of the caller's own transport may ask for any time.
  return error.retry_after ? std::clamp(*error.retry_after, milliseconds(0), kLongestAsked) + random : random;
}

}  // namespace easypost_connect::internal
