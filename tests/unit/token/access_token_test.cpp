// SPDX-License-Identifier: Apache-2.0
#include "token/access_token.hpp"

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::FakeClock;
using test_support::kOtherToken;
using test_support::kToken;

TEST(AccessToken, IsMadeForTheAuthorizationHeader) {
  const AccessToken token(kToken, FakeClock().now(), 60s);
  EXPECT_TRUE(token.authorization() == Secret("Bearer canary-secret-token-1"));
  EXPECT_EQ(token.life(), 60s);
}

TEST(AccessToken, LivesUntilTheSecondItExpires) {
  FakeClock clock;
  const AccessToken token(kToken, clock.now(), 60s);
  EXPECT_FALSE(token.expired(clock.now()));
  clock.advance(59'999ms);
  EXPECT_FALSE(token.expired(clock.now()));
  clock.advance(1ms);
  EXPECT_TRUE(token.expired(clock.now()));
}

TEST(AccessToken, SlackEndsItEarlier) {
  FakeClock clock;
  const AccessToken token(kToken, clock.now(), 60s);
  clock.advance(49'999ms);
  EXPECT_FALSE(token.expired(clock.now(), 10s));
  clock.advance(1ms);
  EXPECT_TRUE(token.expired(clock.now(), 10s));
}

TEST(AccessToken, ExpiresWhileTheMachineSleeps) {  // the steady clock stops then
  FakeClock clock;
  const AccessToken token(kToken, clock.now(), 60s);
  clock.jump_wall(60s);
  EXPECT_TRUE(token.expired(clock.now()));
}

TEST(AccessToken, ExpiresAlthoughTheWallClockWasSetBack) {
  FakeClock clock;
  const AccessToken token(kToken, clock.now(), 60s);
  clock.jump_wall(-24h);
  EXPECT_FALSE(token.expired(clock.now()));
  clock.advance(60s);
  EXPECT_TRUE(token.expired(clock.now()));
}

TEST(AccessToken, ComparesByItsCharacters) {
  FakeClock clock;
  const AccessToken token(kToken, clock.now(), 60s);
  clock.advance(1s);
  EXPECT_TRUE(token == AccessToken(kToken, clock.now(), 30s));
  EXPECT_FALSE(token == AccessToken(kOtherToken, clock.now(), 60s));
}

}  // namespace
}  // namespace easypost_connect::internal
