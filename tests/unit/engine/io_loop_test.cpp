// SPDX-License-Identifier: Apache-2.0
#include "engine/io_loop.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_async_transport.hpp"
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
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

double most() { return 0.999; }

/// Hands token requests over to the loop as soon as it is asked to take orders.
class OrderBook final : public TokenCarrier {
 public:
  void carry(TokenRequest request, Outcome outcome) override {
    orders.emplace_back(std::move(request), std::move(outcome));
  }
  Errands orders;
};

struct Patience {
  std::chrono::milliseconds timeout = 1h;
  CancellationToken cancellation{};
};

class IoLoop : public ::testing::Test {
 protected:
  IoLoop() {
    auto transport = std::make_unique<FakeAsyncTransport>();
    transport_ = transport.get();
    loop_.emplace(IoParts{nullptr, tokens_, clock_, nullptr, 2}, std::move(transport), carrier_, [] {});
  }

  void add(const std::string& path, Patience patience = {}) {
    CallContext context;
    context.url = path;
    context.deadline = clock_->now().steady + patience.timeout;
    Request request{Method::kGet, path, {}, {}};
    request.options.cancellation = std::move(patience.cancellation);
    auto place = pending_->enter(context.deadline, {});
    ASSERT_THAT(place, IsOk());
    AsyncCalls call;
    call.emplace_back(
        nullptr, policies_, std::move(request), std::move(context),
        [this, path](Result<Response> result) { ended_.emplace_back(path, std::move(result)); }, *std::move(place));
    loop_->add(std::move(call));
  }

  /// As the engine's thread does.
  void turn() {
    loop_->complete();
    loop_->add(std::move(carrier_.orders));
    loop_->advance();
    loop_->run();
    loop_->complete();
  }

  void bring_token() {
    turn();
    transport_->answer(token_answer(kToken));
    turn();
    turn();
    transport_->started.clear();
  }

  void expect_cancelled(const std::string& path) {
    caller_.cancel();
    loop_->end_cancelled();
    loop_->complete();
    ASSERT_EQ(ended_.size(), 1U);
    EXPECT_EQ(ended_[0].first, path);
    EXPECT_THAT(ended_[0].second, IsError(ErrorCode::kCancelled));
  }

  /// Adds a call whose first attempt is under way, and the token too.
  void add_in_flight(const std::string& path, Patience patience = {}) {
    add(path, std::move(patience));
    bring_token();
  }

  const CallPolicies policies_{ApiKeyInjector(Secret(kApiKey)), BearerAuthorizer(), RetryPolicy(RetryOptions(), most)};
  const CancellationSource caller_;
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<PendingCalls> pending_ =
      std::make_shared<PendingCalls>(AsyncOptions(), std::make_shared<ClientThreads>());
  std::shared_ptr<ClientCredentialsTokenProvider> tokens_ = std::make_shared<ClientCredentialsTokenProvider>(
      ClientCredentialsGrant(std::string(kTokenUrl), oauth_client()), clock_, nullptr, 10s, most);
  OrderBook carrier_;
  FakeAsyncTransport* transport_ = nullptr;
  std::optional<internal::IoLoop> loop_;
  std::vector<std::pair<std::string, Result<Response>>> ended_;
};

TEST_F(IoLoop, FetchesATokenThenTransmits) {
  add("/a");
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl));
  transport_->answer(token_answer(kToken));
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl, "/a"));
  transport_->answer(answer(200, "done"));
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  ASSERT_THAT(ended_[0].second, IsOk());
  EXPECT_EQ(ended_[0].second->body, "done");
}

TEST_F(IoLoop, SendsAllCredentials) {
  add_in_flight("/a");
  std::vector<std::string> credentials;
  for (const auto& [name, value] : transport_->under_way[0]->context().credentials) credentials.emplace_back(name);
  EXPECT_THAT(credentials, ElementsAre("x-api-key", "authorization"));
}

TEST_F(IoLoop, ManyCallsWaitForOneToken) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl));
}

TEST_F(IoLoop, StartsInTheOrderTheyCameAndNoMoreThanMayBeInFlight) {
  for (const char* path : {"/a", "/b", "/c", "/d"}) add(path);
  bring_token();
  EXPECT_EQ(transport_->under_way.size(), 2U);
  transport_->answer(answer(200));
  turn();
  turn();
  transport_->answer(answer(200));
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre("/c", "/d"));
  EXPECT_EQ(ended_.size(), 2U);
}

TEST_F(IoLoop, APauseMakesRoomForOthers) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  bring_token();
  transport_->answer(answer(503));  // to /a
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre("/c"));
  EXPECT_THAT(ended_, IsEmpty());
}

TEST_F(IoLoop, APauseEndsInTime) {
  add_in_flight("/a");
  transport_->answer(answer(503));
  turn();
  turn();
  const auto resumes_at = transport_->ran_until.back();
  EXPECT_GT(resumes_at, clock_->now().steady);
  EXPECT_LE(resumes_at, clock_->now().steady + 200ms);
  EXPECT_THAT(transport_->started, IsEmpty());
  clock_->advance(200ms);
  turn();
  EXPECT_THAT(transport_->started, ElementsAre("/a"));
}

TEST_F(IoLoop, ARefusedTokenIsFetchedAnew) {
  add_in_flight("/a");
  transport_->answer(answer(401));
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl));
}

TEST_F(IoLoop, AFailedTokenRequestFailsWhoWaitsForIt) {
  add("/a");
  turn();
  transport_->answer(answer(401, R"({"error":"invalid_client"})", {{"content-type", "application/json"}}));
  turn();
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, IsError(ErrorCode::kTokenRefused));
}

TEST_F(IoLoop, TheDeadlineEndsWaitingForAToken) {
  add("/a", {5s, {}});
  turn();
  EXPECT_EQ(transport_->ran_until.back(), clock_->now().steady + 5s);
  clock_->advance(5s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, AllOf(IsError(ErrorCode::kTimeout), Says("access token")));
}

TEST_F(IoLoop, TheDeadlineEndsWaitingForATurn) {
  for (const char* path : {"/a", "/b"}) add(path);
  add("/c", {5s, {}});
  bring_token();
  clock_->advance(5s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_EQ(ended_[0].first, "/c");
  EXPECT_THAT(ended_[0].second, AllOf(IsError(ErrorCode::kTimeout), Says("could be sent")));
}

TEST_F(IoLoop, TheDeadlineEndsAnAttempt) {
  add_in_flight("/a", {5s, {}});
  clock_->advance(5s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, IsError(ErrorCode::kTimeout));
  EXPECT_EQ(transport_->aborted, 1);
}

TEST_F(IoLoop, TheLimitOfAnAttemptCountsFromItsBeginning) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  bring_token();
  clock_->advance(34s);
  transport_->answer(answer(200));  // to /a
  turn();
  turn();  // now /c is under way
  clock_->advance(1s);
  turn();
  EXPECT_EQ(transport_->aborted, 1);  // /b
  clock_->advance(34s);
  turn();
  EXPECT_GE(transport_->aborted, 2);
  EXPECT_THAT(transport_->started, ElementsAre("/c", "/b"));
}

TEST_F(IoLoop, ABodyThatMovesKeepsAnAttemptAlive) {
  add_in_flight("/a");
  transport_->moved_until = clock_->now().steady + 50s;
  clock_->advance(35s);
  turn();
  EXPECT_EQ(transport_->aborted, 0);
  EXPECT_EQ(transport_->ran_until.back(), transport_->moved_until);
  clock_->advance(15s);
  turn();
  EXPECT_EQ(transport_->aborted, 1);
}

TEST_F(IoLoop, TheDeadlineEndsATokenRequest) {
  add("/a");
  turn();
  clock_->advance(10s);  // the time that a flight has
  turn();
  EXPECT_EQ(transport_->aborted, 1);
  EXPECT_THAT(transport_->under_way, IsEmpty());
}

TEST_F(IoLoop, ALostTokenRequestIsMadeOnceMoreWithinTheDeadlinesOfThoseWhoWait) {
  add("/patient", {15s, {}});
  add("/impatient", {12s, {}});
  turn();
  clock_->advance(10s);
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl, kTokenUrl));
  EXPECT_THAT(ended_, IsEmpty());
  clock_->advance(2s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_EQ(ended_[0].first, "/impatient");
  transport_->answer(token_answer(kToken));
  turn();
  turn();
  transport_->answer(answer(200));
  turn();
  ASSERT_EQ(ended_.size(), 2U);
  EXPECT_THAT(ended_[1].second, IsOk());
}

TEST_F(IoLoop, ACancelledCallDoesNotWaitForAToken) {
  add("/a", {1h, caller_.token()});
  add("/b");
  turn();
  expect_cancelled("/a");
}

TEST_F(IoLoop, ACancelledCallDoesNotWaitForItsTurn) {
  for (const char* path : {"/a", "/b"}) add(path);
  add("/c", {1h, caller_.token()});
  bring_token();
  expect_cancelled("/c");
  EXPECT_EQ(transport_->aborted, 0);
}

TEST_F(IoLoop, ACancelledCallDoesNotWaitForItsAnswer) {
  add_in_flight("/a", {1h, caller_.token()});
  expect_cancelled("/a");
  EXPECT_EQ(transport_->aborted, 1);
}

TEST_F(IoLoop, ACancelledCallDoesNotPause) {
  add_in_flight("/a", {1h, caller_.token()});
  transport_->answer(answer(503));
  turn();
  expect_cancelled("/a");
}

TEST_F(IoLoop, ACallThatIsCancelledBeforeItBeginsSendsNothing) {
  caller_.cancel();
  add("/a", {1h, caller_.token()});
  expect_cancelled("/a");
  EXPECT_THAT(carrier_.orders, IsEmpty());
}

TEST_F(IoLoop, EndingAllEndsEveryCall) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  bring_token();
  loop_->end_all(cancelled_error());
  EXPECT_EQ(ended_.size(), 3U);
  for (const auto& [path, result] : ended_) EXPECT_THAT(result, IsError(ErrorCode::kCancelled)) << path;
}

TEST_F(IoLoop, EndingAllEndsTokenRequestsToo) {
  add("/a");
  turn();
  loop_->end_all(failure(ErrorCode::kConnection));
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, Not(IsOk()));
  EXPECT_THAT(transport_->under_way, IsEmpty());
}

TEST_F(IoLoop, CallsThatHaveEndedDoNotLetItWait) {
  add_in_flight("/a");
  transport_->answer(answer(200));
  loop_->run();
  loop_->run();
  EXPECT_EQ(transport_->ran_until.back(), clock_->now().steady);
}

TEST_F(IoLoop, NothingIsPendingAfterTheLastCompletion) {
  add_in_flight("/a");
  transport_->answer(answer(200));
  turn();
  EXPECT_EQ(ended_.size(), 1U);
  EXPECT_EQ(pending_.use_count(), 1);  // no call has a place
}

}  // namespace
}  // namespace easypost_connect::unit_test
