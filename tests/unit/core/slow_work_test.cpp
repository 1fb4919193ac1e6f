// SPDX-License-Identifier: Apache-2.0
#include "core/slow_work.hpp"

#include <future>
#include <memory>
#include <new>

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

using namespace internal;

constexpr SteadyTime kLongAway = SteadyTime::max();

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
}  // namespace easypost_connect::unit_test
