// SPDX-License-Identifier: Apache-2.0
// Tokens that the API refused, and their successors.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/token/token_cache_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

TEST_F(TokenCache, ARefusedTokenIsNotReplacedDuringAPause) {  // otherwise a revoked client would ask without end
  fill(token(kToken));
  clock_.advance(800s);
  ASSERT_EQ(ask(), Advice::kServeAndFetch);
  fail();
  cache_.invalidate(token(kToken));
  EXPECT_EQ(ask(), Advice::kFail);
  EXPECT_THAT(cache_.failure(clock_.now()), IsError(ErrorCode::kConnection));
  clock_.advance(250ms);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ForgetsATokenThatWasRefused) {
  fill(token(kToken));
  cache_.invalidate(token(kToken));
  EXPECT_EQ(cache_.fresh(clock_.now()), nullptr);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, ARefusedSuccessorIsServedOnForAMoment) {
  replace(token("token-0"));
  cache_.invalidate(cache_.token());
  EXPECT_EQ(ask(), Advice::kServe);
  EXPECT_EQ(cache_.fresh(clock_.now()), nullptr);
  EXPECT_FALSE(cache_.life_left(clock_.now()));
  clock_.advance(999ms);
  EXPECT_EQ(ask(), Advice::kServe);
  clock_.advance(1ms);
  EXPECT_EQ(ask(), Advice::kFetch);
  EXPECT_EQ(ask(), Advice::kWait);
}

TEST_F(TokenCache, ReplacementsComeSlowerAndSlowerUpToABound) {
  replace(token("token-0"));
  std::vector<std::chrono::seconds> between;
  for (int i = 1; i <= 7; ++i) {
    const auto before = clock_.now().steady;
    cache_.invalidate(cache_.token());
    while (ask() == Advice::kServe) clock_.advance(100ms);
    between.push_back(std::chrono::duration_cast<std::chrono::seconds>(clock_.now().steady - before));
    fetched(token("token-" + std::to_string(i)));
  }
  EXPECT_THAT(between, ::testing::ElementsAre(1s, 1s, 1s, 2s, 4s, 5s, 5s));
}

TEST_F(TokenCache, ATokenThatIsRefusedAfterAWhileIsReplacedAtOnce) {
  replace(token("token-0"));
  for (int i = 1; i <= 10; ++i) {
    clock_.advance(10s);
    cache_.invalidate(cache_.token());
    EXPECT_EQ(ask(), Advice::kFetch);
    fetched(token("token-" + std::to_string(i)));
  }
}

TEST_F(TokenCache, ARefusedSuccessorThatExpiresIsReplaced) {
  replace(token("token-0", 1s));
  cache_.invalidate(cache_.token());
  clock_.advance(950ms);
  EXPECT_EQ(ask(), Advice::kFetch);
}

TEST_F(TokenCache, AFailedReplacementIsToldOf) {
  fill(token(kToken));
  cache_.invalidate(token(kToken));
  ASSERT_EQ(ask(), Advice::kFetch);
  fail();
  EXPECT_EQ(ask(), Advice::kFail);
}

TEST_F(TokenCache, ALateRefusalDoesNotThrowAwayTheSuccessor) {
  fill(token(kOtherToken));
  cache_.invalidate(token(kToken));
  EXPECT_EQ(ask(), Advice::kServe);
}

TEST_F(TokenCache, ARefusalDuringAFetchStartsNoSecondOne) {
  fill(token(kToken));
  cache_.invalidate(token(kToken));
  ASSERT_EQ(ask(), Advice::kFetch);
  cache_.invalidate(token(kToken));
  EXPECT_EQ(ask(), Advice::kWait);
}

}  // namespace
}  // namespace easypost_connect::unit_test
