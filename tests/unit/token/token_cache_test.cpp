// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/make_error.hpp"
#include "unit/token/token_cache_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

double most() { return 0.999; }

TEST_F(TokenCache, TellsTheFirstToFetchAndTheOthersToWait) {
  EXPECT_EQ(ask(), Advice::kFetch);
  EXPECT_EQ(ask(), Advice::kWait);
  EXPECT_EQ(ask(), Advice::kWait);
  EXPECT_TRUE(cache_.fetching());
}

TEST_F(TokenCache, ServesAFreshTokenWithoutAFetch) {
  fill(token(kToken));
  EXPECT_FALSE(cache_.fetching());
  clock_.advance(799s);
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_TRUE(cache_.token() == token(kToken));
}

TEST_F(TokenCache, ShowsATokenOnlyWhileItIsFresh) {
  EXPECT_EQ(cache_.fresh(clock_.now()), nullptr);
  fill(token(kToken));
  ASSERT_NE(cache_.fresh(clock_.now()), nullptr);
  EXPECT_TRUE(*cache_.fresh(clock_.now()) == token(kToken));
  clock_.advance(800s - 1ms);
  EXPECT_NE(cache_.fresh(clock_.now()), nullptr);
  clock_.advance(1ms);  // the token is stale from now on
  EXPECT_EQ(cache_.fresh(clock_.now()), nullptr);
  EXPECT_FALSE(cache_.fetching());
}

TEST_F(TokenCache, ServesAStaleTokenWhileOneFetchBringsTheNext) {
  fill(token(kToken));
  clock_.advance(800s);
  EXPECT_EQ(ask(), Advice::kServeAndFetch);
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_EQ(ask(), Advice::kServe);
  fetched(token(kOtherToken));
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_TRUE(cache_.token() == token(kOtherToken));
}

TEST_F(TokenCache, BeginsToRefreshAMomentOfItsOwn) {  // so that clients started together do not refresh together
  internal::TokenCache early(most);
  EXPECT_EQ(early.ask(clock_.now()), Advice::kFetch);
  early.fetched(token(kToken), clock_.now());
  clock_.advance(699s);
  EXPECT_EQ(early.ask(clock_.now()), Advice::kServe);
  clock_.advance(2s);
  EXPECT_EQ(early.ask(clock_.now()), Advice::kServeAndFetch);
}

TEST_F(TokenCache, DoesNotUseATokenInItsLastFiveSeconds) {
  fill(token(kToken));
  clock_.advance(995s - 1ms);
  EXPECT_EQ(ask(), Advice::kServeAndFetch);
  clock_.advance(1ms);
  EXPECT_EQ(ask(), Advice::kWait);
}

TEST_F(TokenCache, UsesAShortLivedTokenForMostOfItsLife) {
  fill(token(kToken, 1s));
  clock_.advance(799ms);
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(1ms);
  EXPECT_EQ(ask(), Advice::kServeAndFetch);
  clock_.advance(149ms);
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(1ms);
  EXPECT_EQ(ask(), Advice::kWait);
}

TEST_F(TokenCache, LeavesATokenThatExpiredWhileTheMachineSlept) {
  fill(token(kToken));
  clock_.jump_wall(1000s);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, LeavesATokenInTimeAlthoughTheWallClockWasSetBack) {
  fill(token(kToken));
  clock_.jump_wall(-1000h);
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(1000s);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, AWallClockThatJumpsAheadAndBackCostsOneToken) {
  fill(token(kToken));
  clock_.jump_wall(2h);
  fill(token(kOtherToken));
  clock_.jump_wall(-2h);
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_EQ(cache_.life_left(clock_.now()), 1000s);  // not two hours more
}

TEST_F(TokenCache, AFailedRefreshLeavesAValidTokenInUse) {
  fill(token(kToken));
  clock_.advance(800s);
  ASSERT_EQ(ask(), Advice::kServeAndFetch);
  fail();
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(249ms);
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(1ms);
  EXPECT_EQ(ask(), Advice::kServeAndFetch);
}

TEST_F(TokenCache, RemembersAFailureInsteadOfAskingAgain) {
  ASSERT_EQ(ask(), Advice::kFetch);
  fail();
  EXPECT_EQ(ask(), Advice::kFail);
  EXPECT_EQ(ask(), Advice::kFail);
  EXPECT_THAT(cache_.failure(clock_.now()), IsError(ErrorCode::kConnection));
  EXPECT_EQ(cache_.failure(clock_.now()).retry_after, 250ms);
  clock_.advance(100ms);
  EXPECT_EQ(cache_.failure(clock_.now()).retry_after, 150ms);
  clock_.advance(150ms);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, PausesLongerFromFailureToFailureUpToABound) {
  const Error error = failure(ErrorCode::kConnection);
  EXPECT_EQ(pause_after(error), 250ms);
  EXPECT_EQ(pause_after(error), 500ms);
  EXPECT_EQ(pause_after(error), 1000ms);
  for (int i = 0; i < 100; ++i) EXPECT_LE(pause_after(error), 5s);
  EXPECT_EQ(pause_after(error), 5s);
}

TEST_F(TokenCache, PausesBetweenHalfAndAllOfTheBound) {  // so that clients that failed together come back apart
  internal::TokenCache late(most);
  for (const auto bound : {500ms, 1000ms, 2000ms, 4000ms}) {
    ASSERT_EQ(late.ask(clock_.now()), Advice::kFetch);
    late.fetched(failure(ErrorCode::kConnection), clock_.now());
    const auto pause = late.failure(clock_.now()).retry_after.value();
    EXPECT_LT(pause, bound);
    EXPECT_GT(pause, bound - 3ms);
    clock_.advance(pause);
  }
}

TEST_F(TokenCache, ASetWallClockNeitherLengthensNorEndsAPause) {
  ASSERT_EQ(ask(), Advice::kFetch);
  fail();
  clock_.jump_wall(-1000h);
  EXPECT_EQ(cache_.failure(clock_.now()).retry_after, 250ms);
  clock_.jump_wall(2000h);
  EXPECT_EQ(ask(), Advice::kFail);
  clock_.advance(250ms);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ATokenThatExpiresDuringItsRefreshIsWaitedFor) {
  fill(token(kToken));
  clock_.advance(800s);
  ASSERT_EQ(ask(), Advice::kServeAndFetch);
  clock_.advance(195s);
  EXPECT_EQ(ask(), Advice::kWait);
  fetched(token(kOtherToken));
  EXPECT_EQ(ask(), Advice::kServe);
}

TEST_F(TokenCache, ASuspendDuringAFetchLeavesATokenNobodyGets) {
  ASSERT_EQ(ask(), Advice::kFetch);
  const AccessToken slept_through = token(kToken);
  clock_.jump_wall(1000s);
  fetched(slept_through);
  EXPECT_EQ(ask(), Advice::kFail);  // a pause spares a token endpoint that gives out such tokens
  clock_.advance(1s);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ASuccessEndsTheSeriesOfFailures) {
  const Error error = failure(ErrorCode::kConnection);
  for (int i = 0; i < 5; ++i) pause_after(error);
  fill(token(kToken));
  clock_.advance(1000s);
  EXPECT_EQ(pause_after(error), 250ms);
}

TEST_F(TokenCache, WaitsAsLongAsTheServerAskedWithinReason) {
  Error error = failure(ErrorCode::kTokenUnusable);
  error.retry_after = 120s;
  EXPECT_EQ(pause_after(error), 120s);
  error.retry_after = 24h;
  EXPECT_EQ(pause_after(error), 5min);
  error.retry_after = 0s;
  EXPECT_EQ(pause_after(error), 1000ms);  // the cache's own pause is longer
}

TEST_F(TokenCache, NoPauseFollowsAFetchThatCouldNotStart) {
  ASSERT_EQ(ask(), Advice::kFetch);
  cache_.call_off(out_of_memory(), clock_.now());
  EXPECT_EQ(cache_.failure(clock_.now()).retry_after, 0ms);
  EXPECT_EQ(ask(), Advice::kFetch);
}

}  // namespace
}  // namespace easypost_connect::unit_test
