// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/token/token_provider_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;

TEST_F(TokenProvider, FetchesOnceAndServesManyTimes) {
  transport_->reply(token_answer(kToken));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(gets(kToken));
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(TokenProvider, FetchesAgainWhenTheTokenHasExpired) {
  transport_->reply(token_answer(kToken, 1000));
  transport_->reply(token_answer(kOtherToken, 1000));
  ASSERT_TRUE(gets(kToken));
  clock_->advance(995s);
  EXPECT_TRUE(gets(kOtherToken));
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(TokenProvider, BoundsAFetchByItsOwnTimeNotByACallers) {
  transport_->reply(token_answer(kToken));
  const SteadyTime start = clock_->now().steady;
  ASSERT_THAT(get(), IsOk());
  EXPECT_EQ(transport_->requests().front().deadline, start + 7s);
}

TEST_F(TokenProvider, ServesAStaleTokenWithoutWaitingForTheRefresh) {
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

TEST_F(TokenProvider, AFailedRefreshGoesUnnoticedWhileTheTokenLives) {
  transport_->reply(token_answer(kToken, 1000));
  ASSERT_TRUE(gets(kToken));
  transport_->always([](const SentRequest&) -> Result<Response> { return answer(503); });
  clock_->advance(800s);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(gets(kToken));
}

TEST_F(TokenProvider, SixteenThreadsCauseOneFetch) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  auto outcomes = start_fetch_with_callers(gate, 16);
  gate.open();
  for (auto& outcome : outcomes) {
    EXPECT_TRUE(outcome.get().value().authorization() == Secret("Bearer " + std::string(kToken)));
  }
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(TokenProvider, AFailureReachesEverybodyWhoWaitedForIt) {
  Gate gate;
  transport_->reply(gate.before(answer(401, R"({"error":"invalid_client"})")));
  auto outcomes = start_fetch_with_callers(gate, 8);
  gate.open();
  for (auto& outcome : outcomes) {
    EXPECT_THAT(outcome.get(), AllOf(IsError(ErrorCode::kTokenRefused), Says("invalid_client")));
  }
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(TokenProvider, AFailureIsRememberedForAWhile) {
  transport_->reply(failure(ErrorCode::kConnection));
  transport_->reply(token_answer(kToken));
  for (int i = 0; i < 10; ++i) EXPECT_THAT(get(), IsError(ErrorCode::kConnection));
  EXPECT_EQ(get().error().retry_after, 250ms);
  EXPECT_EQ(transport_->count(), 1U);
  clock_->advance(250ms);
  EXPECT_TRUE(gets(kToken));
}

TEST_F(TokenProvider, AWaiterGivesUpAtItsOwnDeadline) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  auto patient = get_in_another_thread();
  gate.wait_until_reached();
  const auto impatient = provider_->get(passed(), {});
  ASSERT_THAT(impatient, AllOf(IsError(ErrorCode::kTimeout), BlamedOn(Factor::kNetwork), Says("access token")));
  EXPECT_TRUE(impatient.error().never_sent);
  gate.open();
  EXPECT_THAT(patient.get(), IsOk());
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(TokenProvider, TheFirstCallersDeadlineDoesNotEndTheFetch) {
  Gate gate;
  transport_->reply(gate.before(token_answer(kToken)));
  EXPECT_THAT(provider_->get(passed(), {}), IsError(ErrorCode::kTimeout));
  gate.wait_until_reached();
  auto patient = get_in_another_thread();
  gate.open();
  EXPECT_THAT(patient.get(), IsOk());
  EXPECT_EQ(transport_->count(), 1U);
}

TEST_F(TokenProvider, ACancelledCallerDoesNotFailTheOthers) {
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

TEST_F(TokenProvider, AFreshTokenIsServedAfterTheDeadlineToo) {
  transport_->reply(token_answer(kToken));
  ASSERT_THAT(get(), IsOk());
  EXPECT_THAT(provider_->get(passed(), {}), IsOk());
}

TEST_F(TokenProvider, InvalidateDropsOnlyThatToken) {
  transport_->reply(token_answer(kToken));
  transport_->reply(token_answer(kOtherToken));
  const AccessToken refused = get().value();
  provider_->invalidate(refused);
  ASSERT_TRUE(gets(kOtherToken));
  for (int i = 0; i < 10; ++i) provider_->invalidate(refused);  // ten late refusals of the old token
  EXPECT_TRUE(gets(kOtherToken));
  EXPECT_EQ(transport_->count(), 2U);
}

TEST_F(TokenProvider, TellsTheObserver) {
  transport_->reply(failure(ErrorCode::kConnection));
  transport_->reply(token_answer(kToken, 1000));
  EXPECT_THAT(get(), IsError(ErrorCode::kConnection));
  clock_->advance(1s);
  EXPECT_THAT(get(), IsOk());
  EXPECT_THAT(observer_->lines(), ElementsAre("token_fetched 0 failed", "token_fetched 1000"));
}

TEST_F(TokenProvider, NeedsNoObserver) {
  transport_->reply(token_answer(kToken));
  EXPECT_THAT(provider_with(nullptr)->get(far_away(), {}), IsOk());
}

}  // namespace
}  // namespace easypost_connect::unit_test
