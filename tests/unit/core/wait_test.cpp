// SPDX-License-Identifier: Apache-2.0
#include "core/wait.hpp"

#include <functional>
#include <future>
#include <memory>
#include <new>
#include <vector>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kLongAway = SteadyTime::max();

SteadyTime from_now(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

/// Waits for `over`, which nobody sets, with a wait of its own.
bool waits(bool over, SteadyTime deadline, const CancellationToken& cancellation) {
  std::mutex mutex;
  std::condition_variable changed;
  CancellableWait wait(mutex, changed, cancellation);
  std::unique_lock lock(mutex);
  return wait.until(lock, deadline, [over] { return over; });
}

TEST(CancellableWait, FailsOnlyWhenTheDeadlineHasPassed) {
  const CancellationSource source;
  EXPECT_FALSE(waits(false, from_now(2ms), source.token()));
  EXPECT_TRUE(waits(true, from_now(-1s), source.token()));
  source.cancel();
  EXPECT_TRUE(waits(false, from_now(-1s), source.token()));
}

TEST(CancellableWait, MayBeRepeatedUnderOneLock) {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0;
  auto other = std::async(std::launch::async, [&] {
    for (int i = 0; i < 2; ++i) {
      const std::lock_guard lock(mutex);
      ++count;
      changed.notify_all();
    }
  });
  {
    const CancellationToken never;
    CancellableWait wait(mutex, changed, never);
    std::unique_lock lock(mutex);
    for (int i = 1; i <= 2; ++i) EXPECT_TRUE(wait.until(lock, kLongAway, [&] { return count >= i; }));
  }
  other.get();
}

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

TEST(SlowWork, IsWaitedFor) {
  bool done = false;
  EXPECT_TRUE(finish_slow_work([&] { done = true; }, kLongAway, {}));
  EXPECT_TRUE(done);
}

TEST(SlowWork, MayBeGivenUp) {
  CancellationSource cancelled;
  cancelled.cancel();
  for (const bool by_time : {true, false}) {
    const auto gate = std::make_shared<std::promise<void>>();
    const auto passed = std::make_shared<std::promise<void>>();
    const auto work = [gate, passed] {
      gate->get_future().wait();
      passed->set_value();
    };
    EXPECT_FALSE(by_time ? finish_slow_work(work, SteadyTime::min(), {})
                         : finish_slow_work(work, kLongAway, cancelled.token()));
    gate->set_value();
    passed->get_future().wait();
  }
}

TEST(SlowWork, DestroysWhatItHoldsBeforeItsEnd) {
  auto held = std::make_shared<int>();
  const std::weak_ptr<int> seen = held;
  EXPECT_TRUE(finish_slow_work([held = std::move(held)] {}, kLongAway, {}));
  EXPECT_TRUE(seen.expired());
}

TEST(SlowWork, ThatThrowsHasEnded) {
  EXPECT_TRUE(finish_slow_work([] { throw std::bad_alloc(); }, kLongAway, {}));
}

}  // namespace
}  // namespace easypost_connect::internal
