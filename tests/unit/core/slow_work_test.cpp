// SPDX-License-Identifier: Apache-2.0
#include "core/slow_work.hpp"

#include <future>
#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

using namespace internal;

constexpr SteadyTime kLongAway = SteadyTime::max();

TEST(SlowWork, IsWaitedFor) {
  bool done = false;
  const SlowWork work([&] { done = true; });
  EXPECT_TRUE(work.wait(kLongAway, {}));
  EXPECT_TRUE(work.ended());
  EXPECT_TRUE(done);
}

TEST(SlowWork, TellsWhenItHasEnded) {
  std::promise<void> told;
  const SlowWork work([] {}, [&] { told.set_value(); });
  told.get_future().wait();
  EXPECT_TRUE(work.wait(kLongAway, {}));
}

TEST(SlowWork, MayBeGivenUp) {
  const auto gate = std::make_shared<std::promise<void>>();
  const auto passed = std::make_shared<std::promise<void>>();
  CancellationSource cancelled;
  cancelled.cancel();
  {
    const SlowWork work(
        [gate, passed] {
          gate->get_future().wait();
          passed->set_value();
        },
        [] { FAIL() << "nobody is left to be told"; });
    EXPECT_FALSE(work.wait(SteadyTime::min(), {}));
    EXPECT_FALSE(work.wait(kLongAway, cancelled.token()));
  }
  gate->set_value();
  passed->get_future().wait();
}

TEST(SlowWork, ThatThrowsHasEnded) {
  const SlowWork work([] { throw std::bad_alloc(); });
  EXPECT_TRUE(work.wait(kLongAway, {}));
}

}  // namespace
}  // namespace easypost_connect::unit_test
