// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/auth/token_provider_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;

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
