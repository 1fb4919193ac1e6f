// SPDX-License-Identifier: Apache-2.0
#include "auth/client_credentials_token_provider.hpp"

#include <mutex>
#include <new>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
ClientCredentialsTokenProvider::ClientCredentialsTokenProvider(ClientCredentialsGrant grant,
                                                               std::shared_ptr<const Clock> clock,
                                                               std::shared_ptr<Observer> observer,
                                                               std::chrono::milliseconds flight_time, Jitter jitter)
    : grant_(std::move(grant)),
      clock_(std::move(clock)),
      observer_(std::move(observer)),
      flight_time_(flight_time),
      cache_(jitter) {}

Result<AccessToken> ClientCredentialsTokenProvider::get(SteadyTime deadline, const CancellationToken& cancellation,
                                                        TokenCarrier& carrier) {
  if (auto token = fresh()) return *std::move(token);
  return get_or_wait(deadline, cancellation, carrier);
}

std::optional<Result<AccessToken>> ClientCredentialsTokenProvider::get_now(TokenCarrier& carrier) {
  if (auto token = fresh()) return *std::move(token);
  const std::lock_guard lock(mutex_);
  return ask(carrier);
}

std::optional<AccessToken> ClientCredentialsTokenProvider::fresh() const {
  const Moment now = clock_->now();
  const std::shared_lock lock(mutex_);
  const AccessToken* token = cache_.fresh(now);
  return token != nullptr ? std::optional(*token) : std::nullopt;
}

Result<AccessToken> ClientCredentialsTokenProvider::get_or_wait(SteadyTime deadline,
                                                                const CancellationToken& cancellation,
                                                                TokenCarrier& carrier) {
  std::optional<CancellationCallback> wake;
  std::unique_lock lock(mutex_);
  for (;;) {
    if (auto answer = ask(carrier)) return *std::move(answer);
    if (!wake) {
      lock.unlock();
      wake.emplace(cancellation, [this] {
        const std::lock_guard guard(mutex_);
        changed_.notify_all();
      });
      lock.lock();
    }
    const auto stop_waiting = [&] { return !cache_.in_flight() || cancellation.cancelled(); };
    if (!changed_.wait_until(lock, deadline, stop_waiting)) {
      return deadline_error("The deadline passed while waiting for an access token.");
    }
    if (cancellation.cancelled()) return cancelled_error();
  }
}

/// With the lock held.
std::optional<Result<AccessToken>> ClientCredentialsTokenProvider::ask(TokenCarrier& carrier) {
  const Moment now = clock_->now();
  switch (cache_.ask(now)) {
    case TokenCache::Advice::kServe: return cache_.token();
    case TokenCache::Advice::kServeAndFetch: take_off(carrier, now); return cache_.token();
    case TokenCache::Advice::kFail: return cache_.failure(now);
    case TokenCache::Advice::kFetch: take_off(carrier, now); break;
    case TokenCache::Advice::kWait: break;
  }
  if (cache_.in_flight()) return std::nullopt;
  return cache_.failure(now);  // it has not even taken off
}

// Whatever keeps a flight from starting ends it: everybody would wait for it for ever.
void ClientCredentialsTokenProvider::take_off(TokenCarrier& carrier, Moment now) noexcept try {
  send(carrier, now, true);
} catch (const std::bad_alloc&) {
  cache_.call_off(out_of_memory(), now);
} catch (const std::system_error&) {
  cache_.call_off(no_thread_error("No access token: the system gave no thread to fetch it."), now);
}

void ClientCredentialsTokenProvider::send(TokenCarrier& carrier, Moment now, bool may_be_repeated) {
  TokenCarrier* const again = may_be_repeated ? &carrier : nullptr;
  carrier.carry(grant_.request(now.steady + flight_time_),
                [this, now, again](Result<Response> answer) { land(std::move(answer), now, again); });
}

/// False: there was no memory or no thread for it.
bool ClientCredentialsTokenProvider::send_again(TokenCarrier& carrier, Moment now) noexcept try {
  send(carrier, now, false);
  return true;
} catch (const std::bad_alloc&) {
  return false;
} catch (const std::system_error&) {
  return false;
}

// Nobody could catch what is thrown on the carrier's thread, and everybody would wait for ever.
Result<AccessToken> ClientCredentialsTokenProvider::read(Result<Response> answer, Moment asked_at) const noexcept try {
  return grant_.token(std::move(answer), asked_at);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

void ClientCredentialsTokenProvider::land(Result<Response> answer, Moment asked_at, TokenCarrier* carrier) noexcept {
  auto outcome = read(std::move(answer), asked_at);
  const Moment now = clock_->now();
  report(outcome, now.steady - asked_at.steady);
  const bool lost = !outcome && outcome.error().code == ErrorCode::kTimeout;
  if (lost && carrier != nullptr && send_again(*carrier, now)) return;
  const std::lock_guard lock(mutex_);
  cache_.land(std::move(outcome), now);
  changed_.notify_all();
}

void ClientCredentialsTokenProvider::report(const Result<AccessToken>& outcome,
                                            std::chrono::steady_clock::duration duration) noexcept {
  if (!observer_) return;
  TokenEvent event;
  event.duration = std::chrono::duration_cast<std::chrono::microseconds>(duration);
  if (outcome) event.life = outcome->life();
  if (!outcome) event.error = &outcome.error();
  observer_->token_fetched(event);
}

std::optional<std::chrono::seconds> ClientCredentialsTokenProvider::life_left(Moment now) const {
  const std::shared_lock lock(mutex_);
  return cache_.life_left(now);
}

void ClientCredentialsTokenProvider::invalidate(const AccessToken& token) {
  const std::lock_guard lock(mutex_);
  cache_.invalidate(token);
}

}  // namespace easypost_connect::internal
