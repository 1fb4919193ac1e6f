// SPDX-License-Identifier: Apache-2.0
#include "token/token_cache.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::milliseconds;

/// A token has to survive the way to the server: in its last moments it is not used any more.
milliseconds travel_time(const AccessToken& token) {
  return std::min<milliseconds>(milliseconds(token.life()) / 20, milliseconds(5000));
}

/// Refreshing begins at 20 to 30 % of the life before its end, spread so that clients started together do not refresh
/// together.
milliseconds refresh_lead(const AccessToken& token, double jitter) {
  return std::chrono::duration_cast<milliseconds>(token.life() * (0.2 + 0.1 * jitter));
}

/// A token that has expired on arrival counts as a failure: callers would otherwise fetch such tokens one after the
/// other, as fast as they come.
Error expired_on_arrival() noexcept {
  Error error =
      fixed_error(ErrorCode::kTokenUnusable, Factor::kService, "The access token had expired when it arrived.",
                  "Check the clock of this machine, and the life that the token endpoint gives to tokens.");
  error.retryable = true;  // the machine may have been asleep meanwhile
  return error;
}

}  // namespace

const AccessToken* TokenCache::fresh(Moment now) const noexcept {
  return token_ && !refused_ && !token_->expired(now, refresh_before_expiry_) ? &*token_ : nullptr;
}

std::optional<std::chrono::seconds> TokenCache::life_left(Moment now) const noexcept {
  if (!token_ || refused_ || token_->expired(now)) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(token_->left(now));
}

TokenCache::Advice TokenCache::ask(Moment now) {
  if (fresh(now) != nullptr) return Advice::kServe;
  const bool usable = token_ && !token_->expired(now, travel_time(*token_));
  if (usable && !refused_) {
    if (!may_fetch(now)) return Advice::kServe;
    count_fetch(false, now);
    return Advice::kServeAndFetch;
  }
  if (fetching_) return Advice::kWait;
  if (usable && now.steady < next_replacement_) return Advice::kServe;
  if (!may_fetch(now)) return Advice::kFail;
  count_fetch(usable, now);
  return Advice::kFetch;
}

void TokenCache::count_fetch(bool replaces_refused, Moment now) noexcept {
  fetching_ = true;
  if (replaces_refused)
    next_replacement_ = now.steady + std::max(kLeastBetweenReplacements, own_pause(replacements_in_a_row_));
  replacements_in_a_row_ = replaces_refused ? replacements_in_a_row_ + 1 : 0;
}

void TokenCache::fetched(Result<AccessToken> outcome, Moment now) noexcept {
  fetching_ = false;
  if (outcome && outcome->expired(now)) outcome = expired_on_arrival();
  if (refused_) token_.reset();
  refused_ = false;
  if (outcome) {
    token_ = *std::move(outcome);
    refresh_before_expiry_ = refresh_lead(*token_, jitter_());
    failures_in_a_row_ = 0;
    failure_.reset();
    next_fetch_ = SteadyTime::min();
  } else {
    failure_ = std::move(outcome).error();
    next_fetch_ = now.steady + pause_after(*failure_);
    ++failures_in_a_row_;
  }
}

void TokenCache::call_off(Error why, Moment now) noexcept {
  fetching_ = false;
  failure_ = std::move(why);
  next_fetch_ = next_replacement_ = now.steady;
}

Error TokenCache::failure(Moment now) const {
  Error error = *failure_;
  error.retry_after = std::chrono::ceil<milliseconds>(next_fetch_ - now.steady);
  return error;
}

/// The bound doubles from pause to pause, and the pause is between half and all of it by chance. The longest bound
/// keeps a recovered endpoint from being missed.
milliseconds TokenCache::own_pause(int pauses_before) noexcept {
  const milliseconds bound = std::min(kFirstPause * (1 << std::min(pauses_before, 10)), kLongestPause);
  return std::chrono::duration_cast<milliseconds>(bound * (0.5 + 0.5 * jitter_()));
}

/// Longer than its own when the server asked for it.
milliseconds TokenCache::pause_after(const Error& failure) noexcept {
  const milliseconds pause = own_pause(failures_in_a_row_);
  const milliseconds asked = failure.retry_after.value_or(milliseconds(0));
  return std::clamp(asked, pause, kLongestAsked);
}

void TokenCache::invalidate(const AccessToken& token) {
  if (token_ == token) refused_ = true;
}

}  // namespace easypost_connect::internal
