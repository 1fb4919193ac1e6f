// SPDX-License-Identifier: Apache-2.0
#include "auth/client_credentials_token_provider.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/make_error.hpp"
#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "threaded_carrier.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace internal;
using namespace test_support;
using ::testing::AllOf;

double least() { return 0.0; }

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

/// Counts what it is told.
class CountingObserver final : public Observer {
 public:
  void token_fetched(const TokenEvent& event) noexcept override {
    event.error != nullptr ? ++failures : ++tokens;
    life = event.life;
  }
  std::atomic<int> tokens{0};
  std::atomic<int> failures{0};
  std::chrono::seconds life{0};
};

class ClientCredentialsTokenProvider : public ::testing::Test {
 protected:
  using Outcome = std::future<Result<AccessToken>>;

  static SteadyTime far_away() {
    return std::chrono::steady_clock::now() + 1h;
  }  // the provider waits on the real clock
  static SteadyTime passed() { return std::chrono::steady_clock::now() - 1s; }

  Result<AccessToken> get() { return provider_->get(far_away(), {}, carrier_); }
  [[nodiscard]] bool gets(std::string_view token) {
    return get().value().authorization() == Secret("Bearer " + std::string(token));
  }

  Outcome get_in_another_thread(const CancellationToken& cancellation = {}) {
    return std::async(std::launch::async,
                      [this, cancellation] { return provider_->get(far_away(), cancellation, carrier_); });
  }

  /// A flight held back by the gate, and `count` callers that have asked for its token.
  std::vector<Outcome> start_flight_with_callers(Gate& gate, std::size_t count) {
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < count; ++i) outcomes.push_back(get_in_another_thread());
    gate.wait_until_reached();
    clock_->wait_for_reads(2 * count);  // a caller reads the clock twice before it waits
    return outcomes;
  }

  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::shared_ptr<CountingObserver> observer_ = std::make_shared<CountingObserver>();
  std::unique_ptr<internal::ClientCredentialsTokenProvider> provider_ =
      std::make_unique<internal::ClientCredentialsTokenProvider>(
          ClientCredentialsGrant(std::string(kTokenUrl), oauth_client()), clock_, observer_, 7s, least);
  ThreadedCarrier carrier_{transport_};
};

TEST_F(ClientCredentialsTokenProvider, FetchesOnceAndServesManyTimes) {
  transport_->reply(token_answer(kToken));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(gets(kToken));
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, FetchesAgainWhenTheTokenHasExpired) {
  transport_->reply(token_answer(kToken, 1000));
  transport_->reply(token_answer(kOtherToken, 1000));
  ASSERT_TRUE(gets(kToken));
  clock_->advance(995s);
  EXPECT_TRUE(gets(kOtherToken));
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(ClientCredentialsTokenProvider, BoundsAFlightByItsOwnTimeNotByACallers) {
  transport_->reply(token_answer(kToken));
  const SteadyTime start = clock_->now().steady;
  ASSERT_THAT(get(), IsOk());
  EXPECT_EQ(transport_->requests().front().deadline, start + 7s);
}

TEST_F(ClientCredentialsTokenProvider, ServesAStaleTokenWithoutWaitingForTheRefresh) {
  Gate gate;
  transport_->reply(token_answer(kToken, 1000));
  transport_->reply(gate.before(token_answer(kOtherToken, 1000)));
  ASSERT_TRUE(gets(kToken));
  clock_->advance(800s);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(gets(kToken));
  gate.wait_until_reached();
  EXPECT_TRUE(gets(kToken));
  gate.open();
  clock_->advance(195s);  // now it has to be waited for
  EXPECT_TRUE(gets(kOtherToken));
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(ClientCredentialsTokenProvider, AFailedRefreshGoesUnnoticedWhileTheTokenLives) {
  transport_->reply(token_answer(kToken, 1000));
  ASSERT_TRUE(gets(kToken));
  transport_->always([](const SentRequest&) -> Result<Response> { return answer(503); });
  clock_->advance(800s);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(gets(kToken));
}

TEST_F(ClientCredentialsTokenProvider, SixteenThreadsCauseOneFetch) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  auto outcomes = start_flight_with_callers(gate, 16);
  gate.open();
  for (auto& outcome : outcomes) {
    EXPECT_TRUE(outcome.get().value().authorization() == Secret("Bearer " + std::string(kToken)));
  }
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, AFailureReachesEverybodyWhoWaitedForIt) {
  Gate gate;
  transport_->reply(gate.before(answer(401, R"({"error":"invalid_client"})")));
  auto outcomes = start_flight_with_callers(gate, 8);
  gate.open();
  for (auto& outcome : outcomes) {
    EXPECT_THAT(outcome.get(), AllOf(IsError(ErrorCode::kTokenRefused), Says("invalid_client")));
  }
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, AFailureIsRememberedForAWhile) {
  transport_->reply(failure(ErrorCode::kConnection));
  transport_->reply(token_answer(kToken));
  for (int i = 0; i < 10; ++i) EXPECT_THAT(get(), IsError(ErrorCode::kConnection));
  EXPECT_EQ(get().error().retry_after, 250ms);
  EXPECT_EQ(transport_->count(), 1U);
  clock_->advance(250ms);
  EXPECT_TRUE(gets(kToken));
}

TEST_F(ClientCredentialsTokenProvider, AWaiterGivesUpAtItsOwnDeadline) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  auto patient = get_in_another_thread();
  gate.wait_until_reached();
  const auto impatient = provider_->get(passed(), {}, carrier_);
  ASSERT_THAT(impatient, AllOf(IsError(ErrorCode::kTimeout), BlamedOn(Factor::kNetwork), Says("access token")));
  EXPECT_TRUE(impatient.error().never_sent);
  gate.open();
  EXPECT_THAT(patient.get(), IsOk());
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, TheFirstCallersDeadlineDoesNotEndTheFlight) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  EXPECT_THAT(provider_->get(passed(), {}, carrier_), IsError(ErrorCode::kTimeout));
  gate.wait_until_reached();
  auto patient = get_in_another_thread();
  gate.open();
  EXPECT_THAT(patient.get(), IsOk());
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, ACancelledCallerDoesNotFailTheOthers) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  const CancellationSource source;
  auto cancelled = get_in_another_thread(source.token());
  gate.wait_until_reached();
  auto patient = get_in_another_thread();
  source.cancel();
  EXPECT_THAT(cancelled.get(), IsError(ErrorCode::kCancelled));
  gate.open();
  EXPECT_THAT(patient.get(), IsOk());
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(ClientCredentialsTokenProvider, AFreshTokenIsServedAfterTheDeadlineToo) {
  transport_->reply(token_answer(kToken));
  ASSERT_THAT(get(), IsOk());
  EXPECT_THAT(provider_->get(passed(), {}, carrier_), IsOk());
}

TEST_F(ClientCredentialsTokenProvider, InvalidateDropsOnlyThatToken) {
  transport_->reply(token_answer(kToken));
  transport_->reply(token_answer(kOtherToken));
  const AccessToken refused = get().value();
  provider_->invalidate(refused);
  ASSERT_TRUE(gets(kOtherToken));
  for (int i = 0; i < 10; ++i) provider_->invalidate(refused);  // ten late refusals of the old token
  EXPECT_TRUE(gets(kOtherToken));
  EXPECT_EQ(transport_->count(), 2U);
}

/// Keeps what it is asked to carry, for the test to land.
class HeldCarrier final : public TokenCarrier {
 public:
  void carry(TokenRequest /*request*/, Outcome outcome) override {
    if (full) throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    outcomes.push_back(std::move(outcome));
  }
  void land(std::size_t flight, Result<Response> answer) {
    const Outcome outcome = outcomes.at(flight);  // a copy: the next flight may move the vector
    outcome(std::move(answer));
  }
  std::vector<Outcome> outcomes;
  bool full = false;
};

TEST_F(ClientCredentialsTokenProvider, GetNowDoesNotWait) {
  HeldCarrier carrier;
  EXPECT_FALSE(provider_->get_now(carrier));
  EXPECT_FALSE(provider_->get_now(carrier));
  ASSERT_EQ(carrier.outcomes.size(), 1U);
  carrier.outcomes.front()(token_answer(kToken, 1000));
  EXPECT_THAT(*provider_->get_now(carrier), IsOk());
  clock_->advance(800s);
  EXPECT_THAT(*provider_->get_now(carrier), IsOk());  // stale: served, and refreshed
  EXPECT_EQ(carrier.outcomes.size(), 2U);
}

TEST_F(ClientCredentialsTokenProvider, GetNowTellsOfAFailure) {
  HeldCarrier carrier;
  EXPECT_FALSE(provider_->get_now(carrier));
  carrier.outcomes.front()(failure(ErrorCode::kConnection));
  EXPECT_THAT(*provider_->get_now(carrier), AllOf(IsError(ErrorCode::kConnection), Says("No access token: ")));
}

TEST_F(ClientCredentialsTokenProvider, ARequestThatIsLostIsMadeOnceMoreBeforeAnybodyIsTold) {
  HeldCarrier carrier;
  EXPECT_FALSE(provider_->get_now(carrier));
  carrier.land(0, no_answer_in_time());
  ASSERT_EQ(carrier.outcomes.size(), 2U);
  EXPECT_FALSE(provider_->get_now(carrier));
  carrier.land(1, token_answer(kToken));
  EXPECT_THAT(*provider_->get_now(carrier), IsOk());
  EXPECT_EQ(observer_->failures, 1);
}

TEST_F(ClientCredentialsTokenProvider, ARequestThatIsLostTwiceIsAFailure) {
  HeldCarrier carrier;
  EXPECT_FALSE(provider_->get_now(carrier));
  carrier.land(0, no_answer_in_time());
  carrier.land(1, no_answer_in_time());
  EXPECT_EQ(carrier.outcomes.size(), 2U);
  EXPECT_THAT(*provider_->get_now(carrier), AllOf(IsError(ErrorCode::kTimeout), Says("No access token: ")));
}

TEST_F(ClientCredentialsTokenProvider, ALostRequestWithoutAThreadForASecondOneIsAFailure) {
  HeldCarrier carrier;
  EXPECT_FALSE(provider_->get_now(carrier));
  carrier.full = true;
  carrier.land(0, no_answer_in_time());
  EXPECT_THAT(*provider_->get_now(carrier), IsError(ErrorCode::kTimeout));
}

TEST_F(ClientCredentialsTokenProvider, BothWaysOfAskingShareAFlight) {
  HeldCarrier carrier;
  EXPECT_FALSE(provider_->get_now(carrier));
  auto waiting = get_in_another_thread();
  clock_->wait_for_reads(4);
  carrier.outcomes.front()(token_answer(kToken));
  EXPECT_THAT(waiting.get(), IsOk());
  EXPECT_EQ(transport_->count(), 0U);
}

TEST_F(ClientCredentialsTokenProvider, WithoutAThreadThereIsAnErrorAndNobodyWaits) {
  class NoThread final : public TokenCarrier {
    void carry(TokenRequest /*request*/, Outcome /*outcome*/) override {
      throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    }
  } carrier;
  EXPECT_THAT(provider_->get(far_away(), {}, carrier), AllOf(IsError(ErrorCode::kConnection), Says("no thread")));
  EXPECT_THAT(*provider_->get_now(carrier), IsError(ErrorCode::kConnection));
}

TEST_F(ClientCredentialsTokenProvider, AFlightThatFindsNoMemoryToStartIsOver) {
  class NoMemory final : public TokenCarrier {
    void carry(TokenRequest /*request*/, Outcome /*outcome*/) override { throw std::bad_alloc(); }
  } carrier;
  EXPECT_THAT(provider_->get(far_away(), {}, carrier), Says("Out of memory."));
  transport_->reply(token_answer(kToken));
  EXPECT_THAT(get(), IsOk());
}

TEST_F(ClientCredentialsTokenProvider, TellsTheObserver) {
  transport_->reply(failure(ErrorCode::kConnection));
  transport_->reply(token_answer(kToken, 1000));
  EXPECT_THAT(get(), IsError(ErrorCode::kConnection));
  clock_->advance(1s);
  EXPECT_THAT(get(), IsOk());
  EXPECT_EQ(observer_->failures, 1);
  EXPECT_EQ(observer_->tokens, 1);
  EXPECT_EQ(observer_->life, 1000s);
}

TEST_F(ClientCredentialsTokenProvider, NeedsNoObserver) {
  transport_->reply(token_answer(kToken));
  internal::ClientCredentialsTokenProvider provider(ClientCredentialsGrant(std::string(kTokenUrl), oauth_client()),
                                                    clock_, nullptr, 7s, least);
  EXPECT_THAT(provider.get(far_away(), {}, carrier_), IsOk());
}

}  // namespace
}  // namespace easypost_connect::unit_test
