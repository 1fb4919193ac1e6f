// SPDX-License-Identifier: Apache-2.0
// What becomes of a flight that is carried by others: it lands, is lost, or cannot start.
#include <new>
#include <system_error>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/make_error.hpp"
#include "unit/auth/token_provider_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;

/// Keeps what it is asked to carry, for the test to land; when it is full, the system has no thread for more.
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
  HeldCarrier carrier;
  carrier.full = true;
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

}  // namespace
}  // namespace easypost_connect::unit_test
