// SPDX-License-Identifier: Apache-2.0
#include "engine/pending_calls.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;

namespace {

const SteadyTime kInAnHour = std::chrono::steady_clock::now() + 1h;

class PendingCalls : public ::testing::Test {
 protected:
  using Place = internal::PendingCalls::Place;

  void room_for(std::size_t calls, WhenFull when_full) {
    AsyncOptions options;
    options.max_pending = calls;
    options.when_full = when_full;
    pending_ = std::make_shared<internal::PendingCalls>(options, threads_);
  }

  Result<Place> enter(const CancellationToken& cancellation = {}) { return pending_->enter(kInAnHour, cancellation); }
  std::future<Result<Place>> enter_elsewhere(const CancellationToken& cancellation = {}) {
    return std::async(std::launch::async, [this, cancellation] { return enter(cancellation); });
  }

  std::shared_ptr<ClientThreads> threads_ = std::make_shared<ClientThreads>();
  std::shared_ptr<internal::PendingCalls> pending_;
};

TEST_F(PendingCalls, AcceptsAsManyAsThereIsRoomFor) {
  room_for(2, WhenFull::kFail);
  const auto first = enter();
  EXPECT_THAT(first, IsOk());
  {
    const auto second = enter();
    EXPECT_THAT(second, IsOk());
    const auto refused = enter();
    ASSERT_THAT(refused, AllOf(IsError(ErrorCode::kQueueFull), Says("(2)")));
    EXPECT_TRUE(refused.error().never_sent);
  }
  EXPECT_THAT(enter(), IsOk());
}

TEST_F(PendingCalls, WaitsForRoom) {
  room_for(1, WhenFull::kWait);
  auto first = std::make_unique<const Result<Place>>(enter());
  EXPECT_THAT(*first, IsOk());
  auto second = enter_elsewhere();
  first.reset();
  EXPECT_THAT(second.get(), IsOk());
}

TEST_F(PendingCalls, WaitsNoLongerThanTheDeadline) {
  room_for(1, WhenFull::kWait);
  const auto first = enter();
  EXPECT_THAT(pending_->enter(std::chrono::steady_clock::now(), {}), IsError(ErrorCode::kQueueFull));
}

TEST_F(PendingCalls, DoesNotWaitForTheCancelled) {
  room_for(1, WhenFull::kWait);
  const auto first = enter();
  const CancellationSource source;
  auto second = enter_elsewhere(source.token());
  source.cancel();
  EXPECT_THAT(second.get(), IsError(ErrorCode::kCancelled));
}

TEST_F(PendingCalls, WhereCallsAreCarriedItDoesNotWait) {
  room_for(1, WhenFull::kWait);
  const auto the_completed = enter();
  threads_->start(ClientThreads::Work::kCarryCalls, [this] {
    const auto in_its_place = enter();
    EXPECT_THAT(in_its_place, IsOk());
    EXPECT_THAT(enter(), IsError(ErrorCode::kQueueFull));
  });
  threads_->wait();
}

TEST_F(PendingCalls, AcceptsNoneAfterItsEnd) {
  room_for(1, WhenFull::kWait);
  pending_->close();
  EXPECT_THAT(enter(), IsError(ErrorCode::kCancelled));
}

TEST_F(PendingCalls, ItsEndWakesThoseThatWaitForRoom) {
  room_for(1, WhenFull::kWait);
  const auto first = enter();
  auto second = enter_elsewhere();
  pending_->close();
  EXPECT_THAT(second.get(), IsError(ErrorCode::kCancelled));
}

}  // namespace
}  // namespace easypost_connect::unit_test
