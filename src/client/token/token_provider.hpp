// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include <easypost_connect/observer.hpp>

#include "core/clock.hpp"
#include "token/token_cache.hpp"
#include "token/token_source.hpp"

namespace easypost_connect::internal {

/// Access tokens for calls, fetched from a TokenSource before they expire. Thread-safe; owned by shared_ptr.
///
/// A fetch belongs to none of those who wait for it: each waits with its own deadline and cancellation, and giving up
/// ends the fetch for nobody else. A token request that is lost is made once more before anybody is told. No lock is
/// held over the network, and none while the source is asked.
class TokenProvider : public std::enable_shared_from_this<TokenProvider> {
 public:
  /// The time that one fetch has. Token endpoints answer in less than a second; what takes longer was lost, as behind a
  /// load balancer one of whose nodes has died.
  static constexpr std::chrono::milliseconds kFetchTime{10'000};

  /// `observer` may be null. `when_fetched` is called after each fetch, on the thread that ended it, for those whom
  /// get_now() has given nothing; it may be empty.
  TokenProvider(std::unique_ptr<TokenSource> source, std::shared_ptr<const Clock> clock,
                std::shared_ptr<Observer> observer, std::function<void()> when_fetched = {},
                std::chrono::milliseconds fetch_time = kFetchTime, Jitter jitter = random_jitter);
  TokenProvider(const TokenProvider&) = delete;
  TokenProvider& operator=(const TokenProvider&) = delete;

  /// Waits for a token if there is none.
  [[nodiscard]] Result<AccessToken> get(SteadyTime deadline, const CancellationToken& cancellation);

  /// Does not wait. Returns nothing while a fetch is under way: ask again when it has ended.
  [[nodiscard]] std::optional<Result<AccessToken>> get_now();

  /// Forgets a token that the API refused.
  void invalidate(const AccessToken& token);

  /// Returns how long a token that is still valid will live.
  [[nodiscard]] std::optional<std::chrono::seconds> life_left(Moment now) const;

 private:
  [[nodiscard]] std::optional<AccessToken> fresh() const;
  [[nodiscard]] Result<AccessToken> get_or_wait(SteadyTime deadline, const CancellationToken& cancellation);
  [[nodiscard]] std::optional<Result<AccessToken>> ask();
  [[nodiscard]] std::optional<Result<AccessToken>> outcome(Moment now) const;
  void start_fetch(const FetchFacts& facts) noexcept;
  void fetch(const FetchFacts& facts, bool may_be_repeated);
  [[nodiscard]] bool fetch_again(FetchFacts facts, Moment now) noexcept;
  void fetched(Result<AccessToken> outcome, const FetchFacts& facts, bool may_be_repeated) noexcept;
  void call_off(Error why, Moment now) noexcept;
  void tell_waiting(std::unique_lock<std::shared_mutex> lock) noexcept;

  const std::unique_ptr<TokenSource> source_;
  const std::shared_ptr<const Clock> clock_;
  const std::shared_ptr<Observer> observer_;
  const std::function<void()> when_fetched_;
  const std::chrono::milliseconds fetch_time_;
  mutable std::shared_mutex mutex_;  // shared to serve a fresh token: those who do not wait do not wait for each other
  std::condition_variable_any changed_;
  TokenCache cache_;
};

}  // namespace easypost_connect::internal
