// SPDX-License-Identifier: Apache-2.0
#include "call/retry_policy.hpp"

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;

TEST(RetryPolicy, EndsEveryCallAsItIs) {
  const Moment now = FakeClock().now();
  EXPECT_EQ(RetryPolicy().next_attempt(answer(503), now), std::nullopt);
  EXPECT_EQ(RetryPolicy().next_attempt(failure(ErrorCode::kConnection), now), std::nullopt);
}

}  // namespace
}  // namespace easypost_connect::internal
