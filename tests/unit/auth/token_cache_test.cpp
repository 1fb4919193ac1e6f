// SPDX-License-Identifier: Apache-2.0
#include "auth/token_cache.hpp"

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
using Advice = internal::TokenCache::Advice;

class TokenCache : public ::testing::Test {
 protected:
  AccessToken token(std::string_view text, std::chrono::seconds life = 3600s) const {
    return {text, clock_.now(), life};
  }
  Advice ask() { return cache_.ask(clock_.now()); }

  /// A cache that holds this token.
  void fill(const AccessToken& token) {
    ASSERT_EQ(ask(), Advice::kFetch);
    cache_.land(token);
  }

  FakeClock clock_;
  internal::TokenCache cache_;
};

TEST_F(TokenCache, TellsTheFirstToFetchAndTheOthersToWait) {
  EXPECT_EQ(ask(), Advice::kFetch);
  EXPECT_EQ(ask(), Advice::kWait);
  EXPECT_EQ(ask(), Advice::kWait);
}

TEST_F(TokenCache, ServesAFreshTokenWithoutAFetch) {
  fill(token(kToken));
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_TRUE(cache_.token() == token(kToken));
}

TEST_F(TokenCache, LeavesATokenHalfAMinuteBeforeItsEnd) {
  fill(token(kToken, 3600s));
  clock_.advance(3600s - 30s - 1ms);
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(1ms);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, LeavesAShortLivedTokenInItsLastTenth) {
  fill(token(kToken, 20s));
  clock_.advance(18s - 1ms);
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(1ms);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ServesEvenATokenOfOneSecond) {
  fill(token(kToken, 1s));
  EXPECT_EQ(ask(), Advice::kServe);
}

TEST_F(TokenCache, LeavesATokenThatExpiredWhileTheMachineSlept) {
  fill(token(kToken, 3600s));
  clock_.jump_wall(3600s);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ANewTokenTakesThePlaceOfTheOld) {
  fill(token(kToken, 60s));
  clock_.advance(60s);
  fill(token(kOtherToken));
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_TRUE(cache_.token() == token(kOtherToken));
}

TEST_F(TokenCache, AFailureIsRememberedAndTheNextOneFetches) {
  ASSERT_EQ(ask(), Advice::kFetch);
  EXPECT_EQ(cache_.last_failure(), std::nullopt);
  cache_.land(failure(ErrorCode::kConnection));
  ASSERT_TRUE(cache_.last_failure().has_value());
  EXPECT_THAT(*cache_.last_failure(), IsError(ErrorCode::kConnection));
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ASuccessForgetsTheFailureBefore) {
  ASSERT_EQ(ask(), Advice::kFetch);
  cache_.land(failure(ErrorCode::kConnection));
  fill(token(kToken));
  EXPECT_FALSE(cache_.last_failure().has_value());
}

TEST_F(TokenCache, CountsItsFlights) {
  EXPECT_EQ(cache_.landed(), 0U);
  fill(token(kToken, 60s));
  EXPECT_EQ(cache_.landed(), 1U);
  clock_.advance(60s);
  ASSERT_EQ(ask(), Advice::kFetch);
  cache_.land(failure(ErrorCode::kTimeout));
  EXPECT_EQ(cache_.landed(), 2U);
}

TEST_F(TokenCache, ForgetsATokenThatWasRefused) {
  fill(token(kToken));
  cache_.invalidate(token(kToken));
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ALateRefusalDoesNotThrowAwayTheSuccessor) {
  fill(token(kOtherToken));
  cache_.invalidate(token(kToken));
  EXPECT_EQ(ask(), Advice::kServe);
}

TEST_F(TokenCache, ARefusalDuringAFlightStartsNoSecondOne) {
  fill(token(kToken));
  cache_.invalidate(token(kToken));
  ASSERT_EQ(ask(), Advice::kFetch);
  cache_.invalidate(token(kToken));
  EXPECT_EQ(ask(), Advice::kWait);
}

}  // namespace
}  // namespace easypost_connect::unit_test
