// SPDX-License-Identifier: Apache-2.0
// Both engines read the clock again after an attempt: time passes while they transmit.
#include <ctime>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/blocking_engine.hpp"
#include "engine/io_loop.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "slow_wire.hpp"
#include "test_credentials.hpp"
#include "threaded_grant.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Not;

double half() { return 0.5; }

enum class Engine { kBlocking, kIoLoop };

void PrintTo(Engine engine, std::ostream* out) { *out << (engine == Engine::kBlocking ? "Blocking" : "IoLoop"); }

class SlowAttempts : public ::testing::TestWithParam<Engine> {
 protected:
  SlowAttempts() {
    wire_->reply(token_answer(kToken));
    EXPECT_THAT(tokens_->get(std::chrono::steady_clock::now() + 1h, {}), IsOk());
  }

  Result<Response> send(milliseconds timeout, Request request = {Method::kGet, "/jobs", {}, {}}) {
    CallContext context;
    context.url = kApiUrl;
    context.deadline = clock_->now().steady + timeout;
    return GetParam() == Engine::kBlocking ? send_blocking(request, std::move(context))
                                           : send_on_loop(std::move(request), std::move(context));
  }

  /// The blocking engine pauses by the real clock, which is ahead of the fake one, so that each pause is over at once.
  Result<Response> send_blocking(const Request& request, CallContext context) {
    watch_->on_event = [this](const RecordedEvent& event) { clock_->advance(event.pause); };
    internal::Call call(policies_, request, std::move(context));
    return internal::BlockingEngine(*wire_, *tokens_, *clock_, watch_.get()).run(call);
  }

  Result<Response> send_on_loop(Request request, CallContext context) {
    internal::IoLoop loop(LoopScope{nullptr, clock_, watch_, 2}, std::make_unique<SlowWire>(wire_, *clock_), [] {});
    auto place = pending_->enter(context.deadline, {});
    if (!place) return std::move(place).error();
    std::optional<Result<Response>> ended;
    AsyncCalls call;
    call.emplace_back(
        nullptr, policies_, *tokens_, std::move(request), std::move(context),
        [&ended](Result<Response> result) { ended = std::move(result); }, *std::move(place));
    loop.add(std::move(call));
    while (!ended) {
      loop.complete();
      loop.advance();
      if (!ended) loop.run();
    }
    return *std::move(ended);
  }

  /// Sets the answer to the next attempt.
  void reply_after(milliseconds time, Result<Response> result) {
    wire_->reply(after(time, *clock_, std::move(result)));
  }
  void never_reply() { wire_->always(after(24h, *clock_, Response{})); }

  [[nodiscard]] std::vector<milliseconds> attempts() const {
    std::vector<milliseconds> times;
    for (const RecordedEvent& event : watch_->events("attempt_finished"))
      times.push_back(std::chrono::duration_cast<milliseconds>(event.attempt.duration));
    return times;
  }
  [[nodiscard]] std::vector<milliseconds> pauses() const {
    std::vector<milliseconds> times;
    for (const RecordedEvent& event : watch_->events("retry_scheduled")) times.push_back(event.pause);
    return times;
  }

  [[nodiscard]] std::string date_in(std::chrono::seconds time) const {
    const std::time_t then = std::chrono::system_clock::to_time_t(clock_->now().wall + time);
    std::tm parts{};
    char text[64] = {};
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&then, &parts));
    return text;
  }

  const CallPolicies policies_{ApiKeyAuthorizer(Secret(kApiKey)), BearerAuthorizer(),
                               RetryPolicy(RetryOptions(), half)};
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> wire_ = std::make_shared<FakeTransport>();
  std::shared_ptr<PendingCalls> pending_ =
      std::make_shared<PendingCalls>(AsyncOptions(), std::make_shared<ClientThreads>());
  std::shared_ptr<RecordingObserver> watch_ = std::make_shared<RecordingObserver>();
  FetchThreads threads_;
  std::shared_ptr<TokenProvider> tokens_ = std::make_shared<TokenProvider>(
      std::make_unique<ThreadedGrant>(ClientCredentialsGrant(std::string(kTokenUrl), oauth_client()), wire_, threads_),
      clock_, nullptr, nullptr, 10s, half);
};

TEST_P(SlowAttempts, APauseCountsFromTheEndOfTheAttempt) {
  reply_after(2s, answer(503));
  reply_after(3s, answer(503));
  reply_after(0s, answer(200));
  EXPECT_THAT(send(60s), IsOk());
  EXPECT_THAT(pauses(), ElementsAre(100ms, 200ms));
}

TEST_P(SlowAttempts, RetryAfterCountsFromTheEndOfTheAttempt) {
  for (int i = 0; i < 2; ++i) reply_after(900ms, answer(503, "", {{"retry-after", "1"}}));
  reply_after(0s, answer(200));
  EXPECT_THAT(send(60s), IsOk());
  EXPECT_THAT(pauses(), ElementsAre(1100ms, 1200ms));  // the random pause is added
}

TEST_P(SlowAttempts, ADateInRetryAfterIsReadAtTheEndOfTheAttempt) {
  reply_after(4s, answer(429, "", {{"retry-after", date_in(10s)}}));
  reply_after(0s, answer(200));
  EXPECT_THAT(send(60s), IsOk());
  EXPECT_THAT(pauses(), ElementsAre(6100ms));
}

TEST_P(SlowAttempts, AWallClockThatIsSetMovesNoPauseAndNoDeadline) {  // a suspend moves none either
  for (const auto jump : {30min, -60min}) {
    wire_->reply([this, jump](const SentRequest&) -> Result<Response> {
      clock_->jump_wall(jump);
      return answer(503);
    });
  }
  reply_after(24h, answer(200));
  EXPECT_THAT(send(30s), IsError(ErrorCode::kTimeout));
  EXPECT_THAT(pauses(), ElementsAre(100ms, 200ms));
  EXPECT_THAT(attempts(), ElementsAre(0s, 0s, 29'700ms));
}

TEST_P(SlowAttempts, APauseThatWouldPassTheDeadlineIsNotStarted) {
  reply_after(5s, answer(503, "", {{"retry-after", "1"}}));
  EXPECT_THAT(send(6s), IsError(ErrorCode::kHttpStatus));
  EXPECT_THAT(attempts(), ElementsAre(5s));
  EXPECT_THAT(pauses(), ElementsAre());
}

TEST_P(SlowAttempts, ALostAttemptIsRepeatedWithinTheDeadline) {
  reply_after(24h, answer(200));
  reply_after(1s, answer(200, "here"));
  const auto response = send(60s);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "here");
  EXPECT_THAT(attempts(), ElementsAre(Timeouts().attempt, 1s));
}

TEST_P(SlowAttempts, WhatIsNeverAnsweredEndsAtTheDeadline) {
  never_reply();
  const auto response = send(60s);
  EXPECT_THAT(response, AllOf(IsError(ErrorCode::kTimeout), IsRetryable(), Not(Says("could be sent"))));
  EXPECT_FALSE(response.error().never_sent);
  EXPECT_THAT(attempts(), ElementsAre(35s, 24'900ms));
}

TEST_P(SlowAttempts, WhatWouldNotBeRepeatedHasTheWholeDeadline) {
  never_reply();
  Request last{Method::kGet, "/jobs", {}, {}};
  last.options.max_attempts = 1;
  const Request function{
      Method::kPut, "/jobs", Body::from_function([](char*, std::size_t) { return std::size_t{0}; }), {}};
  for (const Request& request : {Request{Method::kPost, "/jobs", "body", {}}, last, function}) {
    watch_->forget();
    EXPECT_THAT(send(60s, request), IsError(ErrorCode::kTimeout));
    EXPECT_THAT(attempts(), ElementsAre(60s)) << to_string(request.method);
  }
}

TEST_P(SlowAttempts, TheLastAttemptHasAllThatIsLeft) {
  never_reply();
  Request request{Method::kGet, "/jobs", {}, {}};
  request.options.max_attempts = 2;
  EXPECT_THAT(send(300s, request), IsError(ErrorCode::kTimeout));
  EXPECT_THAT(attempts(), ElementsAre(35s, 264'900ms));
}

INSTANTIATE_TEST_SUITE_P(Engines, SlowAttempts, ::testing::Values(Engine::kBlocking, Engine::kIoLoop),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect::unit_test
