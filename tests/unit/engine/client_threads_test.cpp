// SPDX-License-Identifier: Apache-2.0
#include "engine/client_threads.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {

using namespace internal;

namespace {

using Work = internal::ClientThreads::Work;

TEST(ClientThreads, WaitForTheEndOfAll) {
  internal::ClientThreads threads;
  int ended = 0;
  threads.start(Work::kCarryCalls, [&] { ++ended; });
  threads.wait();
  EXPECT_EQ(ended, 1);
  threads.wait();  // the second wait() finds no thread
}

TEST(ClientThreads, TellWhereCallsAreCarried) {
  internal::ClientThreads threads;
  std::promise<bool> carrying;
  std::promise<bool> watching;
  threads.start(Work::kCarryCalls, [&] { carrying.set_value(threads.calls_are_carried_here()); });
  threads.start(Work::kWatchFiles, [&] { watching.set_value(threads.calls_are_carried_here()); });
  EXPECT_TRUE(carrying.get_future().get());
  EXPECT_FALSE(watching.get_future().get());
  EXPECT_FALSE(threads.calls_are_carried_here());
}

TEST(ClientThreads, DestroyWhatTheyRanBeforeTheyEnd) {
  internal::ClientThreads threads;
  auto owned = std::make_shared<int>();
  const std::weak_ptr<int> seen = owned;
  threads.start(Work::kCarryCalls, [owned = std::move(owned)] {});
  threads.wait();
  EXPECT_TRUE(seen.expired());
}

TEST(ClientThreads, MayLoseTheirOwnerOnOneOfThem) {
  auto threads = std::make_shared<internal::ClientThreads>();
  const auto owner_gone = std::make_shared<std::promise<void>>();  // shared: no owner waits for the threads
  const auto other_ended = std::make_shared<std::promise<void>>();
  threads->start(Work::kWatchFiles, [owner_gone, other_ended] {
    owner_gone->get_future().wait();
    other_ended->set_value();
  });
  const auto only_owner = std::make_shared<std::promise<std::shared_ptr<internal::ClientThreads>>>();
  threads->start(Work::kCarryCalls, [owner_gone, only_owner] {
    only_owner->get_future().get().reset();  // waits for no thread, not even for the other one
    owner_gone->set_value();
  });
  only_owner->set_value(std::move(threads));
  EXPECT_EQ(other_ended->get_future().wait_for(std::chrono::minutes(1)), std::future_status::ready);
}

}  // namespace
}  // namespace easypost_connect::unit_test
