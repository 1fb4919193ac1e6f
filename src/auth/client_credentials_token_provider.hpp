// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <shared_mutex>
#include <thread>

#include <easypost_connect/observer.hpp>

#include "auth/client_credentials_grant.hpp"
#include "auth/token_cache.hpp"
#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Access tokens from the client-credentials grant, refreshed before they expire. Thread-safe.
///
/// A flight runs on a thread of its own, once per token life: so whoever waits for it has a deadline and a cancellation
/// of his own, and nobody's giving up ends it for the others. No lock is held over the network.
class ClientCredentialsTokenProvider {
 public:
  /// `observer` may be null. `flight_time` bounds one token request.
  ClientCredentialsTokenProvider(ClientCredentialsGrant grant, std::shared_ptr<const Clock> clock,
                                 std::shared_ptr<Observer> observer, std::chrono::milliseconds flight_time,
                                 Jitter jitter = random_jitter);
  /// Cancels a flight that is under way, and waits until it has ended.
  ~ClientCredentialsTokenProvider();
  ClientCredentialsTokenProvider(const ClientCredentialsTokenProvider&) = delete;
  ClientCredentialsTokenProvider& operator=(const ClientCredentialsTokenProvider&) = delete;

  [[nodiscard]] Result<AccessToken> get(SteadyTime deadline, const CancellationToken& cancellation);

  /// Forgets a token that the API refused.
  void invalidate(const AccessToken& token);

  /// Of a token that is still valid.
  [[nodiscard]] std::optional<std::chrono::seconds> life_left(Moment now) const;

 private:
  [[nodiscard]] Result<AccessToken> get_or_fetch(SteadyTime deadline, const CancellationToken& cancellation);
  void take_off();
  void fly();
  [[nodiscard]] Result<AccessToken> fetch(Moment start) noexcept;
  void report(const Result<AccessToken>& outcome, std::chrono::steady_clock::duration duration);

  ClientCredentialsGrant grant_;
  std::shared_ptr<const Clock> clock_;
  std::shared_ptr<Observer> observer_;
  std::chrono::milliseconds flight_time_;
  CancellationSource end_;
  mutable std::shared_mutex mutex_;  // shared to serve a fresh token: those who do not wait do not wait for each other
  std::condition_variable_any changed_;
  TokenCache cache_;
  std::thread flight_;
};

}  // namespace easypost_connect::internal
