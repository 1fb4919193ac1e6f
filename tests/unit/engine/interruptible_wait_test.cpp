// SPDX-License-Identifier: Apache-2.0
#include "engine/interruptible_wait.hpp"

#include <functional>
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

TEST(InterruptibleMutex, IsLockedByOneThreadAtATime) {
  InterruptibleMutex mutex;
  ASSERT_TRUE(mutex.lock({}));
  EXPECT_TRUE(mutex.is_locked_here());
  const auto elsewhere = [](const std::function<bool()>& said) { return std::async(std::launch::async, said).get(); };
  EXPECT_FALSE(elsewhere([&] { return mutex.is_locked_here(); }));
  EXPECT_FALSE(elsewhere([&] { return mutex.try_lock(); }));
  auto waiting = std::async(std::launch::async, [&] { return mutex.lock({}); });
  mutex.unlock();
  EXPECT_TRUE(waiting.get());
  EXPECT_FALSE(mutex.is_locked_here());
}

TEST(InterruptibleMutex, ACancellationEndsTheWaitForIt) {
  InterruptibleMutex mutex;
  const CancellationSource source;
  ASSERT_TRUE(mutex.try_lock());
  auto other = std::async(std::launch::async, [&] { return mutex.lock(source.token()); });
  source.cancel();
  EXPECT_FALSE(other.get());
  mutex.unlock();
  EXPECT_FALSE(mutex.lock(source.token())) << "it is cancelled, free or not";
}

}  // namespace
}  // namespace easypost_connect::internal
