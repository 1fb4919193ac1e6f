// SPDX-License-Identifier: Apache-2.0
#include "auth/client_credentials_token_provider.hpp"

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace internal;
using namespace test_support;
using ::testing::AllOf;

/// Holds a reply back until the test opens it; tells when the reply was asked for.
class Gate {
 public:
  [[nodiscard]] FakeTransport::Reply before(Result<Response> result) {
    return [this, result = std::move(result)](const SentRequest&) {
      reached_.set_value();
      opened_.get_future().wait();
      return result;
    };
  }
  void wait_until_reached() { reached_.get_future().wait(); }
  void open() { opened_.set_value(); }

 private:
  std::promise<void> reached_;
  std::promise<void> opened_;
};

class ClientCredentialsTokenProvider : public ::testing::Test {
 protected:
  using Outcome = std::future<Result<AccessToken>>;

  static SteadyTime far_away() {
    return std::chrono::steady_clock::now() + 1h;
  }  // the provider waits on the real clock
  static SteadyTime passed() { return std::chrono::steady_clock::now() - 1s; }

  Result<AccessToken> get() { return provider_.get(far_away()); }

  Outcome get_in_another_thread() {
    return std::async(std::launch::async, [this] { return get(); });
  }

  /// One thread in the air behind the gate, `count` others that wait for it. A caller reads the clock once to ask the
  /// cache, the one that fetches once more; a waiter gives the lock back only by waiting, so that landing cannot
  /// overtake it.
  std::vector<Outcome> start_flight_with_waiters(Gate& gate, std::size_t count) {
    std::vector<Outcome> outcomes;
    outcomes.push_back(get_in_another_thread());
    gate.wait_until_reached();
    for (std::size_t i = 0; i < count; ++i) outcomes.push_back(get_in_another_thread());
    clock_->wait_for_reads(2 + count);
    return outcomes;
  }

  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  internal::ClientCredentialsTokenProvider provider_{
      ClientCredentialsGrant(transport_, std::string(kTokenUrl), oauth_client()), clock_};
};

TEST_F(ClientCredentialsTokenProvider, FetchesOnceAndServesManyTimes) {
  transport_->reply(token_answer(kToken));
  for (int i = 0; i < 100; ++i) ASSERT_THAT(get(), IsOk());
  EXPECT_TRUE(get()->authorization() == Secret("Bearer " + std::string(kToken)));
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, FetchesAgainShortlyBeforeTheTokenExpires) {
  transport_->reply(token_answer(kToken, 3600));
  transport_->reply(token_answer(kOtherToken, 3600));
  ASSERT_THAT(get(), IsOk());
  clock_->advance(3570s);
  EXPECT_TRUE(get().value().authorization() == Secret("Bearer " + std::string(kOtherToken)));
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(ClientCredentialsTokenProvider, GivesItsDeadlineToTheFetch) {
  transport_->reply(token_answer(kToken));
  const SteadyTime deadline = far_away();
  ASSERT_THAT(provider_.get(deadline), IsOk());
  EXPECT_EQ(transport_->requests().front().deadline, deadline);
}

TEST_F(ClientCredentialsTokenProvider, SixteenThreadsCauseOneFetch) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  auto outcomes = start_flight_with_waiters(gate, 15);
  gate.open();
  for (auto& outcome : outcomes) {
    EXPECT_TRUE(outcome.get().value().authorization() == Secret("Bearer " + std::string(kToken)));
  }
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, AFailureReachesEverybodyWhoWaitedForIt) {
  Gate gate;
  transport_->reply(gate.before(answer(401, R"({"error":"invalid_client"})")));
  auto outcomes = start_flight_with_waiters(gate, 7);
  gate.open();
  for (auto& outcome : outcomes) {
    EXPECT_THAT(outcome.get(), AllOf(IsError(ErrorCode::kTokenRefused), Says("invalid_client")));
  }
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, AFailureIsNotKeptForTheNextCaller) {
  transport_->reply(failure(ErrorCode::kConnection));
  transport_->reply(token_answer(kToken));
  EXPECT_THAT(get(), IsError(ErrorCode::kConnection));
  EXPECT_THAT(get(), IsOk());
}

TEST_F(ClientCredentialsTokenProvider, AWaiterGivesUpAtItsOwnDeadline) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  auto leader = get_in_another_thread();
  gate.wait_until_reached();
  EXPECT_THAT(provider_.get(passed()),
              AllOf(IsError(ErrorCode::kTimeout), BlamedOn(Factor::kNetwork), Says("access token")));
  gate.open();
  EXPECT_THAT(leader.get(), IsOk());
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, AFreshTokenIsServedAfterTheDeadlineToo) {
  transport_->reply(token_answer(kToken));
  ASSERT_THAT(get(), IsOk());
  EXPECT_THAT(provider_.get(passed()), IsOk());
}

TEST_F(ClientCredentialsTokenProvider, AnImpatientLeaderDoesNotFailAPatientWaiter) {
  Gate gate;
  transport_->reply(gate.before(failure(ErrorCode::kTimeout)));
  transport_->reply(token_answer(kToken));
  auto outcomes = start_flight_with_waiters(gate, 1);
  gate.open();
  EXPECT_THAT(outcomes[0].get(), IsError(ErrorCode::kTimeout));
  EXPECT_THAT(outcomes[1].get(), IsOk());
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(ClientCredentialsTokenProvider, AfterAnImpatientLeaderOnlyOneWaiterFetches) {
  Gate gate;
  transport_->reply(gate.before(failure(ErrorCode::kTimeout)));
  transport_->reply(token_answer(kToken));
  auto outcomes = start_flight_with_waiters(gate, 7);
  gate.open();
  EXPECT_THAT(outcomes.front().get(), IsError(ErrorCode::kTimeout));
  for (std::size_t i = 1; i < outcomes.size(); ++i) EXPECT_THAT(outcomes[i].get(), IsOk());
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(ClientCredentialsTokenProvider, InvalidateDropsOnlyThatToken) {
  transport_->reply(token_answer(kToken));
  transport_->reply(token_answer(kOtherToken));
  const AccessToken refused = get().value();
  provider_.invalidate(refused);
  ASSERT_TRUE(get().value().authorization() == Secret("Bearer " + std::string(kOtherToken)));
  for (int i = 0; i < 10; ++i) provider_.invalidate(refused);  // ten late refusals of the old token
  EXPECT_THAT(get(), IsOk());
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(ClientCredentialsTokenProvider, ATransportThatThrowsDoesNotBlockTheNextCaller) {
  transport_->reply([](const SentRequest&) -> Result<Response> { throw std::runtime_error("out of memory, say"); });
  transport_->reply(token_answer(kToken));
  EXPECT_THROW(static_cast<void>(get()), std::runtime_error);
  EXPECT_THAT(provider_.get(passed()), IsOk());  // a flight that never lands would end in a timeout here
}

}  // namespace
}  // namespace easypost_connect::unit_test
