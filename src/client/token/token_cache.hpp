// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "token/access_token.hpp"

namespace easypost_connect::internal {

/// The life of a token, as decisions only: no I/O, no clock, no lock, no thread of its own.
///
///   fresh    served
///   stale    served, while one fetch brings its successor
///   expired  one fetch, everyone waits for it
///   refused  by the API: as expired; but served on while the token before it was replaced only a moment ago
///
/// The brake on replacements keeps an API that refuses every token from becoming a flood on the token endpoint. Callers
/// are served the refused token meanwhile: what they get is the API's own answer, which may be another one by now.
///
/// A fetch that fails leaves a token that is still valid in use, and is followed by a pause, in which an expired cache
/// answers with the failure instead of asking the token endpoint again. Whoever is told to fetch must report with
/// fetched(), or with call_off().
class TokenCache {
 public:
  static constexpr std::chrono::milliseconds kFirstPause{500};
  static constexpr std::chrono::milliseconds kLongestPause{10'000};  ///< an endpoint that is back is soon found
  static constexpr std::chrono::milliseconds kLongestAsked{300'000};
  static constexpr std::chrono::milliseconds kLeastBetweenReplacements{1000};

  enum class Advice {
    kServe,          ///< use token()
    kServeAndFetch,  ///< use token(), and start a fetch
    kFetch,          ///< start a fetch, and wait for it
    kWait,           ///< a fetch is under way: ask again when it has ended
    kFail,           ///< no token, and too early to ask for one again: failure()
  };

  explicit TokenCache(Jitter jitter) : jitter_(jitter) {}

  /// The token, when there is nothing to decide about it; changes nothing, so that many may look at once.
  [[nodiscard]] const AccessToken* fresh(Moment now) const noexcept;

  [[nodiscard]] Advice ask(Moment now);
  void fetched(Result<AccessToken> outcome, Moment now) noexcept;
  /// The fetch could not start, for want of something on this machine. The next one may at once: no server has been
  /// asked.
  void call_off(Error why, Moment now) noexcept;

  /// The API refused `token`. Means nothing if it is not the one in use any more: a late 401 must not throw away its
  /// successor.
  void invalidate(const AccessToken& token);

  [[nodiscard]] const AccessToken& token() const { return *token_; }
  /// Returns the token if the API has refused it.
  [[nodiscard]] std::optional<AccessToken> refused_token() const { return refused_ ? token_ : std::nullopt; }
  /// Returns how long a token that is still valid will live.
  [[nodiscard]] std::optional<std::chrono::seconds> life_left(Moment now) const noexcept;
  /// Says whether the last fetch failed.
  [[nodiscard]] bool has_failed() const noexcept { return failure_.has_value(); }
  /// Says why the last fetch failed; its retry_after says when the next one may start.
  [[nodiscard]] Error failure(Moment now) const;
  [[nodiscard]] bool fetching() const noexcept { return fetching_; }

 private:
  [[nodiscard]] bool may_fetch(Moment now) const noexcept { return !fetching_ && now.steady >= next_fetch_; }
  [[nodiscard]] std::chrono::milliseconds own_pause(int pauses_before) noexcept;
  [[nodiscard]] std::chrono::milliseconds pause_after(const Error& failure) noexcept;
  void count_fetch(bool replaces_refused, Moment now) noexcept;

  Jitter jitter_;
  std::optional<AccessToken> token_;
  bool refused_ = false;  // the API has refused token_
  int replacements_in_a_row_ = 0;
  SteadyTime next_replacement_ = SteadyTime::min();
  std::chrono::milliseconds refresh_before_expiry_{0};
  std::optional<Error> failure_;  // the failure of the last fetch
  int failures_in_a_row_ = 0;
  SteadyTime next_fetch_ = SteadyTime::min();
  bool fetching_ = false;
};

}  // namespace easypost_connect::internal
