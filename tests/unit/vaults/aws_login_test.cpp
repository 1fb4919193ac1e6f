// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws_keys_test.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::IsRetryable;
using test_support::Says;
using testing::AllOf;

class AwsLoginTest : public AwsKeysTest {};

TEST_F(AwsLoginTest, GetsKeysAnewFiveMinutesBeforeTheEnd) {
  answer_instance("2027-01-15T09:00:00Z", "ASIAFIRST");
  EXPECT_EQ(signer(), "ASIAFIRST canary-secret-token");
  world_.clock->advance(55min - 1ms);
  EXPECT_EQ(signer(), "ASIAFIRST canary-secret-token");
  world_.clock->advance(1ms);
  answer_instance("2027-01-15T15:00:00Z", "ASIASECOND");
  EXPECT_EQ(signer(), "ASIASECOND canary-secret-token");
}

TEST_F(AwsLoginTest, KeepsKeysUpToTheirEndWhileThatFails) {
  answer_instance("2027-01-15T09:00:00Z");
  EXPECT_EQ(signer(), "ASIAINSTANCE canary-secret-token");
  world_.clock->advance(57min);
  world_.answer("", 503);
  EXPECT_EQ(signer(), "ASIAINSTANCE canary-secret-token");
  world_.clock->advance(3min);
  world_.answer("", 503);
  EXPECT_THAT(read(), AllOf(Says("login by the role of the instance"), IsRetryable()));
}

TEST_F(AwsLoginTest, GetsKeysOnceMoreForKeysThatAreRefused) {
  answer_instance("2027-01-15T14:00:00Z", "ASIAFIRST");
  EXPECT_EQ(signer(), "ASIAFIRST canary-secret-token");
  world_.answer(R"({"__type":"ExpiredTokenException","message":"expired"})", 400);
  answer_instance("2027-01-15T14:00:00Z", "ASIASECOND");
  world_.answer(R"({"__type":"ExpiredTokenException","message":"expired"})", 400);
  EXPECT_THAT(read(), AllOf(Says("ExpiredTokenException"), Says("role of the instance")));
  EXPECT_EQ(world_.transport->count(), 9U);
}

}  // namespace
}  // namespace easypost_connect::internal
