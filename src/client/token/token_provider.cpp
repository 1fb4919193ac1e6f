// SPDX-License-Identifier: Apache-2.0
#include "token/token_provider.hpp"

#include <mutex>
#include <new>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"
#include "core/wait.hpp"

namespace easypost_connect::internal {
namespace {

void report(Observer& observer, const Result<AccessToken>& outcome,
            std::chrono::steady_clock::duration duration) noexcept {
  TokenEvent event;
  event.duration = std::chrono::duration_cast<std::chrono::microseconds>(duration);
  if (outcome) event.life = outcome->life();
  if (!outcome) event.error = &outcome.error();
  observer.token_fetched(event);
}

}  // namespace

TokenProvider::TokenProvider(std::unique_ptr<TokenSource> source, std::shared_ptr<const Clock> clock,
                             std::shared_ptr<Observer> observer, std::function<void()> when_fetched,
                             std::chrono::milliseconds fetch_time, Jitter jitter)
    : source_(std::move(source)),
      clock_(std::move(clock)),
      observer_(std::move(observer)),
      when_fetched_(std::move(when_fetched)),
      fetch_time_(fetch_time),
      cache_(jitter) {}

Result<AccessToken> TokenProvider::get(SteadyTime deadline, const CancellationToken& cancellation) {
  if (auto token = fresh()) return *std::move(token);
  return get_or_wait(deadline, cancellation);
}

std::optional<Result<AccessToken>> TokenProvider::get_now() {
  if (auto token = fresh()) return *std::move(token);
  return ask();
}

std::optional<AccessToken> TokenProvider::fresh() const {
  const Moment now = clock_->now();
  const std::shared_lock lock(mutex_);
  const AccessToken* token = cache_.fresh(now);
  return token != nullptr ? std::optional(*token) : std::nullopt;
}

Result<AccessToken> TokenProvider::get_or_wait(SteadyTime deadline, const CancellationToken& cancellation) {
  CancellableWait wait(mutex_, changed_, cancellation);
  for (;;) {
    if (auto answer = ask()) return *std::move(answer);
    std::unique_lock lock(mutex_);
    if (!wait.until(lock, deadline, [this] { return !cache_.fetching(); })) {
      return deadline_error("The deadline passed while waiting for an access token.");
    }
    if (cancellation.cancelled()) return cancelled_error();
  }
}

std::optional<Result<AccessToken>> TokenProvider::ask() {
  const Moment now = clock_->now();
  FetchFacts facts{now, now.steady + fetch_time_};
  std::optional<Result<AccessToken>> served;
  {
    const std::lock_guard lock(mutex_);
    switch (cache_.ask(now)) {
      case TokenCache::Advice::kServe: return cache_.token();
      case TokenCache::Advice::kFail: return cache_.failure(now);
      case TokenCache::Advice::kWait: return std::nullopt;
      case TokenCache::Advice::kServeAndFetch: served = cache_.token(); break;
      case TokenCache::Advice::kFetch: facts.refused = cache_.refused_token(); break;
    }
  }
  start_fetch(facts);  // the lock is free by now: a source may end the fetch at once
  return served ? served : outcome(now);
}

/// Returns what the last fetch has come to; nothing while one is under way.
std::optional<Result<AccessToken>> TokenProvider::outcome(Moment now) const {
  const std::shared_lock lock(mutex_);
  if (cache_.fetching()) return std::nullopt;
  if (cache_.has_failed()) return cache_.failure(now);
  return cache_.token();
}

// A fetch that cannot start is over: everybody would wait for it for ever.
void TokenProvider::start_fetch(const FetchFacts& facts) noexcept try {
  fetch(facts, true);
} catch (const std::bad_alloc&) {
  call_off(out_of_memory(), facts.now);
} catch (const std::system_error&) {
  call_off(no_thread_error("No access token: the system gave no thread to fetch it."), facts.now);
}

/// The observer learns of the end of a fetch that outlives the provider, too.
void TokenProvider::fetch(const FetchFacts& facts, bool may_be_repeated) {
  source_->fetch(facts, [weak = weak_from_this(), clock = clock_, observer = observer_, facts,
                         may_be_repeated](Result<AccessToken> outcome) {
    if (observer) report(*observer, outcome, clock->now().steady - facts.now.steady);
    if (const auto self = weak.lock()) self->fetched(std::move(outcome), facts, may_be_repeated);
  });
}

/// Returns false if there was no memory or no thread for it.
bool TokenProvider::fetch_again(FetchFacts facts, Moment now) noexcept try {
  facts.now = now;
  facts.deadline = now.steady + fetch_time_;
  fetch(facts, false);
  return true;
} catch (const std::bad_alloc&) {
  return false;
} catch (const std::system_error&) {
  return false;
}

void TokenProvider::fetched(Result<AccessToken> outcome, const FetchFacts& facts, bool may_be_repeated) noexcept {
  const Moment now = clock_->now();
  const bool lost = !outcome && outcome.error().code == ErrorCode::kTimeout;
  if (lost && may_be_repeated && fetch_again(facts, now)) return;
  std::unique_lock lock(mutex_);
  cache_.fetched(std::move(outcome), now);
  tell_waiting(std::move(lock));
}

void TokenProvider::call_off(Error why, Moment now) noexcept {
  std::unique_lock lock(mutex_);
  cache_.call_off(std::move(why), now);
  tell_waiting(std::move(lock));
}

/// Tells everybody who waits that the fetch is over.
void TokenProvider::tell_waiting(std::unique_lock<std::shared_mutex> lock) noexcept {
  changed_.notify_all();
  lock.unlock();
  if (when_fetched_) when_fetched_();
}

std::optional<std::chrono::seconds> TokenProvider::life_left(Moment now) const {
  const std::shared_lock lock(mutex_);
  return cache_.life_left(now);
}

void TokenProvider::invalidate(const AccessToken& token) {
  const std::lock_guard lock(mutex_);
  cache_.invalidate(token);
}

}  // namespace easypost_connect::internal
