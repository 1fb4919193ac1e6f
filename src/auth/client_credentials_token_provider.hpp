// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <optional>
#include <shared_mutex>

#include <easypost_connect/observer.hpp>

#include "auth/client_credentials_grant.hpp"
#include "auth/token_cache.hpp"
#include "auth/token_carrier.hpp"
#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Access tokens from the client-credentials grant, refreshed before they expire. Thread-safe.
///
/// A flight (a token request under way) belongs to nobody who waits for it: each has a deadline and a cancellation of
/// his own, and nobody's giving up ends it for the others. A request that is not answered in time is made once more
/// before they are told. The engine that carries it is given by those who ask. No
/// lock is held over the network.
class ClientCredentialsTokenProvider {
 public:
  /// Token endpoints answer in less than a second; what takes longer was lost (a node of a load balancer that died).
  static constexpr std::chrono::milliseconds kFlightTime{10'000};

  /// `observer` may be null. `flight_time` bounds one token request. No flight may be under way at the end.
  ClientCredentialsTokenProvider(ClientCredentialsGrant grant, std::shared_ptr<const Clock> clock,
                                 std::shared_ptr<Observer> observer, std::chrono::milliseconds flight_time,
                                 Jitter jitter = random_jitter);
  ClientCredentialsTokenProvider(const ClientCredentialsTokenProvider&) = delete;
  ClientCredentialsTokenProvider& operator=(const ClientCredentialsTokenProvider&) = delete;

  /// Waits for a token if there is none.
  [[nodiscard]] Result<AccessToken> get(SteadyTime deadline, const CancellationToken& cancellation,
                                        TokenCarrier& carrier);

  /// Does not wait. Nothing: a flight is under way, ask again when it has landed.
  [[nodiscard]] std::optional<Result<AccessToken>> get_now(TokenCarrier& carrier);

  /// Forgets a token that the API refused.
  void invalidate(const AccessToken& token);

  /// Of a token that is still valid.
  [[nodiscard]] std::optional<std::chrono::seconds> life_left(Moment now) const;

 private:
  [[nodiscard]] Result<AccessToken> get_or_wait(SteadyTime deadline, const CancellationToken& cancellation,
                                                TokenCarrier& carrier);
  [[nodiscard]] std::optional<AccessToken> fresh() const;
  [[nodiscard]] std::optional<Result<AccessToken>> ask(TokenCarrier& carrier);
  void take_off(TokenCarrier& carrier, Moment now) noexcept;
  void send(TokenCarrier& carrier, Moment now, bool may_be_repeated);
  [[nodiscard]] bool send_again(TokenCarrier& carrier, Moment now) noexcept;
  /// Through `carrier`, a request that was lost is made once more; null: it was made twice.
  void land(Result<Response> answer, Moment asked_at, TokenCarrier* carrier) noexcept;
  [[nodiscard]] Result<AccessToken> read(Result<Response> answer, Moment asked_at) const noexcept;
  void report(const Result<AccessToken>& outcome, std::chrono::steady_clock::duration duration) noexcept;

  ClientCredentialsGrant grant_;
  std::shared_ptr<const Clock> clock_;
  std::shared_ptr<Observer> observer_;
  std::chrono::milliseconds flight_time_;
  mutable std::shared_mutex mutex_;  // shared to serve a fresh token: those who do not wait do not wait for each other
  std::condition_variable_any changed_;
  TokenCache cache_;
};

}  // namespace easypost_connect::internal
