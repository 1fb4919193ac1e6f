// SPDX-License-Identifier: Apache-2.0
#include "crew.hpp"

#include <utility>

namespace easypost_connect::interop {
namespace {

thread_local bool refused = false;

}  // namespace

void Watch::attempt_finished(const AttemptFinished& event) noexcept { refused = refused || event.status_code == 401; }

bool Watch::take_refusal() noexcept { return std::exchange(refused, false); }

void Watch::retry_scheduled(const RetryEvent& /*event*/) noexcept { ++retries_; }

void Watch::token_fetched(const TokenEvent& event) noexcept {
  const TimePoint end = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  tokens_.push_back({end - event.duration, end, event.error == nullptr});
}

std::vector<TokenRecord> Watch::tokens() const {
  const std::lock_guard lock(mutex_);
  return tokens_;
}

Crew::Crew(ConnectClient& client, OneCall call, int calls_each)
    : client_(client), call_(std::move(call)), calls_each_(calls_each) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
}

Crew::~Crew() { dismiss(); }

void Crew::dismiss() {
  dismissed_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Crew::work() {
  std::vector<CallRecord> calls;
  for (int number = 0; number == 0 || (number < calls_each_ && !dismissed_); ++number) {
    CallRecord record;
    record.start = std::chrono::steady_clock::now();
    const auto response = call_(client_, number);
    record.end = std::chrono::steady_clock::now();
    record.token_refused = Watch::take_refusal();
    calls.push_back(record);
    if (!response) {
      const std::lock_guard lock(mutex_);
      if (failures_++ == 0) first_failure_ = response.error().describe();
    }
    std::this_thread::sleep_for(kRest);
  }
  const std::lock_guard lock(mutex_);
  calls_.insert(calls_.end(), calls.begin(), calls.end());
}

}  // namespace easypost_connect::interop
