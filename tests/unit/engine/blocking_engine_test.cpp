// SPDX-License-Identifier: Apache-2.0
#include "engine/blocking_engine.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

using ::testing::AllOf;

class BlockingEngine : public ::testing::Test {
 protected:
  /// One call, carried out on this thread.
  Result<Response> run() {
    CallContext context;
    context.url = kApiUrl;
    context.deadline = deadline_;
    internal::Call call(policies_, request_, std::move(context));
    return engine_.run(call);
  }

  const SteadyTime deadline_ = std::chrono::steady_clock::now() + 1h;
  const Request request_{Method::kPut, "/jobs/1", "the body", {}};
  const CallPolicies policies_{ApiKeyInjector(Secret(kApiKey)), BearerAuthorizer(), RetryPolicy()};
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> oauth_ = std::make_shared<FakeTransport>();
  FakeTransport api_;
  ClientCredentialsTokenProvider tokens_{ClientCredentialsGrant(oauth_, std::string(kTokenUrl), oauth_client()),
                                         clock_};
  internal::BlockingEngine engine_{api_, tokens_, *clock_};
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
  EXPECT_EQ(sent.deadline, deadline_);
  EXPECT_TRUE(sent.credential("x-api-key") == kApiKey);
  EXPECT_TRUE(sent.credential("authorization") == "Bearer " + std::string(kToken));
}

TEST_F(BlockingEngine, GivesTheDeadlineOfTheCallToTheTokenRequest) {
  oauth_->reply(token_answer(kToken));
  api_.reply(answer(200));
  ASSERT_THAT(run(), IsOk());
  EXPECT_EQ(oauth_->requests().front().deadline, deadline_);
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
  oauth_->always([](const SentRequest&) -> Result<Response> { return token_answer(kToken); });
  api_.always([](const SentRequest&) -> Result<Response> { return answer(401); });
  EXPECT_THAT(run(), AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kAccessToken)));
  EXPECT_EQ(api_.count(), 2U);
}

TEST_F(BlockingEngine, DoesNotRepeatAfterAConnectionError) {
  oauth_->reply(token_answer(kToken));
  api_.reply(failure(ErrorCode::kConnection));
  EXPECT_THAT(run(), IsError(ErrorCode::kConnection));
  EXPECT_EQ(api_.count(), 1U);
}

}  // namespace
}  // namespace easypost_connect::unit_test
