// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/result.hpp>

#include "auth/access_token.hpp"
#include "core/jitter.hpp"

namespace easypost_connect::internal {

/// The life of a token, as decisions only: no I/O, no clock, no lock, no thread of its own.
///
///   fresh    served
///   stale    served, while one flight (a fetch under way) brings its successor
///   expired  one flight, everyone waits for it
///   refused  by the API: as expired; but served on while the token before it was replaced only a moment ago
///
/// The brake on replacements keeps an API that refuses every token from becoming a flood on the token endpoint. Callers
/// are served the refused token meanwhile: what they get is the API's own answer, which may be another one by now.
///
/// A flight that fails leaves a token that is still valid in use, and is followed by a pause, in which an expired cache
/// answers with the failure instead of asking the token endpoint again. Whoever is told to fetch must report with
/// land(), or with call_off().
class TokenCache {
 public:
  enum class Advice {
    kServe,          ///< use token()
    kServeAndFetch,  ///< use token(), and start a flight
    kFetch,          ///< start a flight, and wait for it
    kWait,           ///< a flight is under way: ask again when it has landed
    kFail,           ///< no token, and too early to ask for one again: failure()
  };

  explicit TokenCache(Jitter jitter) : jitter_(jitter) {}

  /// The token, when there is nothing to decide about it; changes nothing, so that many may look at once.
  [[nodiscard]] const AccessToken* fresh(Moment now) const noexcept;

  [[nodiscard]] Advice ask(Moment now);
  void land(Result<AccessToken> outcome, Moment now) noexcept;
  /// The flight could not start, for want of something on this machine. The next one may at once: no server has been
  /// asked.
  void call_off(Error why, Moment now) noexcept;

  /// The API refused `token`. Means nothing if it is not the one in use any more: a late 401 must not throw away its
  /// successor.
  void invalidate(const AccessToken& token);

  [[nodiscard]] const AccessToken& token() const { return *token_; }
  /// Of a token that is still valid.
  [[nodiscard]] std::optional<std::chrono::seconds> life_left(Moment now) const noexcept;
  /// Why the last flight failed; its retry_after says when the next one may start.
  [[nodiscard]] Error failure(Moment now) const;
  [[nodiscard]] bool in_flight() const noexcept { return in_flight_; }

 private:
  [[nodiscard]] bool may_fetch(Moment now) const noexcept { return !in_flight_ && now.steady >= next_flight_; }
  [[nodiscard]] std::chrono::milliseconds own_pause(int pauses_before) noexcept;
  [[nodiscard]] std::chrono::milliseconds pause_after(const Error& failure) noexcept;
  void count_flight(bool replaces_refused, Moment now) noexcept;

  Jitter jitter_;
  std::optional<AccessToken> token_;
  bool refused_ = false;  // token_
  int replacements_in_a_row_ = 0;
  SteadyTime next_replacement_ = SteadyTime::min();
  std::chrono::milliseconds refresh_before_expiry_{0};
  std::optional<Error> failure_;  // of the last flight
  int failures_in_a_row_ = 0;
  SteadyTime next_flight_ = SteadyTime::min();
  bool in_flight_ = false;
};

}  // namespace easypost_connect::internal
