// SPDX-License-Identifier: Apache-2.0
#include "engine/blocking_engine.hpp"

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "recording_observer.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "threaded_grant.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;

double least() { return 0.0; }

class BlockingEngine : public ::testing::Test {
 protected:
  /// Carries out a call on this thread.
  Result<Response> run() {
    CallContext context;
    context.url = kApiUrl;
    context.deadline = deadline_;
    internal::Call call(policies_, request_, std::move(context));
    return engine_.run(call);
  }

  const SteadyTime deadline_ = std::chrono::steady_clock::now() + 1h;
  const Request request_{Method::kPut, "/jobs/1", "the body", {}};
  const CallPolicies policies_{ApiKeyAuthorizer(Secret(kApiKey)), BearerAuthorizer(),
                               RetryPolicy(RetryOptions(), least)};
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> oauth_ = std::make_shared<FakeTransport>();
  FakeTransport api_;
  RecordingObserver observer_;
  FetchThreads threads_;
  std::shared_ptr<TokenProvider> tokens_ = std::make_shared<TokenProvider>(
      std::make_unique<ThreadedGrant>(ClientCredentialsGrant(std::string(kTokenUrl), oauth_client()), oauth_, threads_),
      clock_, nullptr, nullptr, 10s, least);
  internal::BlockingEngine engine_{api_, *tokens_, *clock_, &observer_};
};

TEST_F(BlockingEngine, FetchesATokenThenTransmits) {
  oauth_->reply(token_answer(kToken));
  api_.reply(answer(200, "done"));
  const auto response = run();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "done");
  ASSERT_EQ(api_.count(), 1U);
  const SentRequest sent = api_.requests().front();
  EXPECT_EQ(sent.method, Method::kPut);
  EXPECT_EQ(sent.body, "the body");
  EXPECT_EQ(sent.deadline, clock_->now().steady + Timeouts().attempt);
  EXPECT_EQ(sent.call_deadline, deadline_);
  EXPECT_TRUE(sent.credential("x-api-key") == kApiKey);
  EXPECT_TRUE(sent.credential("authorization") == "Bearer " + std::string(kToken));
}

TEST_F(BlockingEngine, KeepsTheTokenFromCallToCall) {
  oauth_->reply(token_answer(kToken));
  api_.always([](const SentRequest&) -> Result<Response> { return answer(204); });
  for (int i = 0; i < 5; ++i) EXPECT_THAT(run(), IsOk());
  EXPECT_EQ(oauth_->count(), 1U);
  EXPECT_EQ(api_.count(), 5U);
}

TEST_F(BlockingEngine, TransmitsNothingWithoutAToken) {
  oauth_->reply(answer(401, R"({"error":"invalid_client"})"));
  EXPECT_THAT(run(), AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(Factor::kOAuthClient)));
  EXPECT_EQ(api_.count(), 0U);
}

TEST_F(BlockingEngine, DropsARefusedTokenAndGoesOnceMore) {
  oauth_->reply(token_answer(kToken));
  oauth_->reply(token_answer(kOtherToken));
  api_.reply(answer(401));
  api_.reply(answer(200, "done"));
  EXPECT_THAT(run(), IsOk());
  ASSERT_EQ(api_.count(), 2U);
  EXPECT_TRUE(api_.requests()[1].credential("authorization") == "Bearer " + std::string(kOtherToken));
  EXPECT_TRUE(api_.requests()[1].credential("x-api-key") == kApiKey);
  EXPECT_EQ(oauth_->count(), 2U);
}

TEST_F(BlockingEngine, GoesNoThirdTime) {
  oauth_->reply(token_answer(kToken));
  oauth_->reply(token_answer(kOtherToken));
  api_.always([](const SentRequest&) -> Result<Response> { return answer(401); });
  EXPECT_THAT(run(), AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kAccessToken)));
  EXPECT_EQ(api_.count(), 2U);
}

TEST_F(BlockingEngine, AnApiThatRefusesAllTokensCausesNoFloodOfThem) {
  int tokens = 0;
  oauth_->always(
      [&](const SentRequest&) -> Result<Response> { return token_answer("token-" + std::to_string(++tokens)); });
  api_.always([](const SentRequest&) -> Result<Response> { return answer(401); });
  for (int call = 0; call < 300; ++call) {  // three seconds of calls
    const auto result = run();
    EXPECT_THAT(result, AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kAccessToken)));
    const bool of_two = result.error().message.find("a new one as well") != std::string::npos;
    EXPECT_EQ(of_two, call == 0);  // afterwards each call is made with one token, twice
    clock_->advance(10ms);
  }
  EXPECT_EQ(tokens, 4);  // the first, the one that replaced it at once, and one a second
}

TEST_F(BlockingEngine, DoesNotRepeatWhatCannotSucceed) {
  oauth_->reply(token_answer(kToken));
  api_.reply(failure(ErrorCode::kTls));
  EXPECT_THAT(run(), IsError(ErrorCode::kTls));
  EXPECT_EQ(api_.count(), 1U);
}

// The fake clock is far behind the real one, so that a pause is over at once.
TEST_F(BlockingEngine, PausesAndRepeats) {
  oauth_->reply(token_answer(kToken));
  api_.reply(answer(503));
  api_.reply(answer(200, "done"));
  EXPECT_THAT(run(), IsOk());
  EXPECT_EQ(api_.count(), 2U);
  EXPECT_EQ(oauth_->count(), 1U);
}

TEST_F(BlockingEngine, CountsAPauseFromTheEndOfTheAttempt) {
  oauth_->reply(token_answer(kToken));
  api_.reply([this](const SentRequest&) -> Result<Response> {
    clock_->advance(2s);
    return answer(503, "", {{"retry-after", "2"}});
  });
  api_.reply(answer(200));
  EXPECT_THAT(run(), IsOk());
  EXPECT_EQ(observer_.events("retry_scheduled").back().pause, 2s);
}

TEST_F(BlockingEngine, ACancelledPauseEndsTheCall) {
  oauth_->reply(token_answer(kToken));
  const CancellationSource source;
  api_.reply([&](const SentRequest&) -> Result<Response> {
    source.cancel();
    return answer(503);
  });
  CallContext context;
  context.url = kApiUrl;
  context.deadline = deadline_;
  context.cancellation = source.token();
  internal::Call call(policies_, request_, std::move(context));
  // The wait for the token begins before the cancellation, the pause after it.
  EXPECT_THAT(engine_.run(call), IsError(ErrorCode::kCancelled));
  EXPECT_EQ(api_.count(), 1U);
}

TEST_F(BlockingEngine, ATokenRevokedUnderManyThreadsIsReplacedOnce) {
  constexpr int kThreads = 64;
  oauth_->reply(token_answer(kToken));
  oauth_->reply(token_answer(kOtherToken));
  api_.always([](const SentRequest& sent) -> Result<Response> {
    return answer(sent.credential("authorization") == "Bearer " + std::string(kToken) ? 401 : 200);
  });
  const internal::BlockingEngine engine(api_, *tokens_, *clock_, nullptr);
  std::vector<std::future<Result<Response>>> calls;
  for (int i = 0; i < kThreads; ++i) {
    calls.push_back(std::async(std::launch::async, [&] {
      CallContext context;
      context.deadline = deadline_;
      internal::Call call(policies_, request_, std::move(context));
      return engine.run(call);
    }));
  }
  for (auto& call : calls) EXPECT_THAT(call.get(), IsOk());
  EXPECT_EQ(oauth_->count(), 2U);
}

TEST_F(BlockingEngine, TellsTheObserver) {
  oauth_->reply(token_answer(kToken));
  oauth_->reply(token_answer(kOtherToken));
  api_.reply(answer(401));
  Error broken = failure(ErrorCode::kConnection);
  broken.retryable = true;
  api_.reply(broken);
  api_.reply(answer(200));
  EXPECT_THAT(run(), IsOk());
  EXPECT_THAT(observer_.lines(),
              ElementsAre("attempt_started 0", "attempt_finished 401", "attempt_started 1", "attempt_finished 0 failed",
                          "retry_scheduled 2 failed", "attempt_started 2", "attempt_finished 200"));
}

TEST_F(BlockingEngine, NeedsNoObserver) {
  oauth_->reply(token_answer(kToken));
  api_.reply(answer(200));
  CallContext context;
  context.url = kApiUrl;
  context.deadline = deadline_;
  internal::Call call(policies_, request_, std::move(context));
  EXPECT_THAT(internal::BlockingEngine(api_, *tokens_, *clock_, nullptr).run(call), IsOk());
}

}  // namespace
}  // namespace easypost_connect::unit_test
