// SPDX-License-Identifier: Apache-2.0
#include "auth/client_credentials_token_provider.hpp"

#include <exception>
#include <mutex>
#include <utility>

#include "core/guest_thread.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

Error ended_by(const char* exception) {
  return make_error(ErrorCode::kConnection, Factor::kRequest, std::string("No access token: ") + exception + ".",
                    "Free memory, or correct ClientOptions::transport: it must not throw.");
}

}  // namespace
ClientCredentialsTokenProvider::ClientCredentialsTokenProvider(ClientCredentialsGrant grant,
                                                               std::shared_ptr<const Clock> clock,
                                                               std::shared_ptr<Observer> observer,
                                                               std::chrono::milliseconds flight_time, Jitter jitter)
    : grant_(std::move(grant)),
      clock_(std::move(clock)),
      observer_(std::move(observer)),
      flight_time_(flight_time),
      cache_(jitter) {}

ClientCredentialsTokenProvider::~ClientCredentialsTokenProvider() {
  end_.cancel();
  if (flight_.joinable()) flight_.join();
}

Result<AccessToken> ClientCredentialsTokenProvider::get(SteadyTime deadline, const CancellationToken& cancellation) {
  const Moment now = clock_->now();
  {
    const std::shared_lock lock(mutex_);
    if (const AccessToken* token = cache_.fresh(now)) return *token;
  }
  return get_or_fetch(deadline, cancellation);
}

Result<AccessToken> ClientCredentialsTokenProvider::get_or_fetch(SteadyTime deadline,
                                                                 const CancellationToken& cancellation) {
  std::optional<CancellationCallback> wake;  // outlives the lock: it takes the lock itself
  std::unique_lock lock(mutex_);
  for (;;) {
    const Moment now = clock_->now();
    switch (cache_.ask(now)) {
      case TokenCache::Advice::kServe: return cache_.token();
      case TokenCache::Advice::kServeAndFetch: take_off(); return cache_.token();
      case TokenCache::Advice::kFail: return cache_.failure(now);
      case TokenCache::Advice::kFetch: take_off(); break;
      case TokenCache::Advice::kWait: break;
    }
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

void ClientCredentialsTokenProvider::take_off() {
  if (flight_.joinable()) flight_.join();  // it has landed: nothing is left of it but its end
  try {
    flight_ = guest_thread([this] { fly(); });
  } catch (const std::exception&) {
    Error error =
        make_error(ErrorCode::kConnection, Factor::kRequest, "No access token: the system gave no thread to fetch it.",
                   "Raise the limit of threads of this process.");
    error.retryable = true;
    error.never_sent = true;
    cache_.land(std::move(error), clock_->now());
  }
}

void ClientCredentialsTokenProvider::fly() {
  const Moment start = clock_->now();
  auto outcome = fetch(start);
  const Moment end = clock_->now();
  report(outcome, end.steady - start.steady);
  const std::lock_guard lock(mutex_);
  cache_.land(std::move(outcome), end);
  changed_.notify_all();
}

// Out of memory, or a transport of the user's that throws: on this thread nobody could catch it.
Result<AccessToken> ClientCredentialsTokenProvider::fetch(Moment start) noexcept try {
  return grant_.fetch(start, start.steady + flight_time_, end_.token());
} catch (const std::exception& exception) {
  return ended_by(exception.what());
} catch (...) {
  return ended_by("an unknown exception");
}

void ClientCredentialsTokenProvider::report(const Result<AccessToken>& outcome,
                                            std::chrono::steady_clock::duration duration) {
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
