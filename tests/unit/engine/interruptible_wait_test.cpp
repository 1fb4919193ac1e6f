// SPDX-License-Identifier: Apache-2.0
#include "engine/interruptible_wait.hpp"

#include <future>
#include <vector>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;

SteadyTime from_now(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

TEST(WaitUntil, IsOverAtOnceWhenTheTimeHasPassed) {
  EXPECT_FALSE(wait_until(from_now(-1s), {}));
  EXPECT_FALSE(wait_until(from_now(-1s), CancellationSource().token()));
}

TEST(WaitUntil, EndsAtItsEndAndNotBefore) {
  const SteadyTime end = from_now(2ms);
  EXPECT_FALSE(wait_until(end, {}));
  EXPECT_GE(std::chrono::steady_clock::now(), end);
}

TEST(WaitUntil, DoesNotBeginWhenCancelled) {
  const CancellationSource source;
  source.cancel();
  EXPECT_TRUE(wait_until(from_now(1h), source.token()));
  EXPECT_TRUE(wait_until(from_now(-1s), source.token()));
}

TEST(WaitUntil, ACancellationEndsItOnEveryThread) {  // or the test would take an hour
  const CancellationSource source;
  std::vector<std::future<bool>> waits;
  for (int i = 0; i < 8; ++i) {
    waits.push_back(std::async(std::launch::async, [&] { return wait_until(from_now(1h), source.token()); }));
  }
  source.cancel();
  for (auto& wait : waits) EXPECT_TRUE(wait.get());
}

}  // namespace
}  // namespace easypost_connect::internal
