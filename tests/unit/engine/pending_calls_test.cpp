// SPDX-License-Identifier: Apache-2.0
#include "engine/pending_calls.hpp"

#include <chrono>
#include <future>
#include <optional>

#include <gtest/gtest.h>

#include "result_matchers.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

AsyncOptions room_for(std::size_t calls, WhenFull when_full) {
  AsyncOptions options;
  options.max_pending = calls;
  options.when_full = when_full;
  return options;
}

const SteadyTime kInAnHour = std::chrono::steady_clock::now() + 1h;

std::optional<ErrorCode> code(const std::optional<Error>& error) {
  return error ? std::optional(error->code) : std::nullopt;
}

TEST(PendingCalls, AcceptsAsManyAsThereIsRoomFor) {
  internal::PendingCalls pending(room_for(2, WhenFull::kFail));
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  const auto refused = pending.enter(kInAnHour, {});
  ASSERT_EQ(code(refused), ErrorCode::kQueueFull);
  EXPECT_TRUE(refused->never_sent);
  EXPECT_NE(refused->message.find("(2)"), std::string::npos);
  pending.leave();
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
}

TEST(PendingCalls, WaitsForRoom) {
  internal::PendingCalls pending(room_for(1, WhenFull::kWait));
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  auto second = std::async(std::launch::async, [&] { return code(pending.enter(kInAnHour, {})); });
  pending.leave();
  EXPECT_EQ(second.get(), std::nullopt);
}

TEST(PendingCalls, WaitsNoLongerThanTheDeadline) {
  internal::PendingCalls pending(room_for(1, WhenFull::kWait));
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  EXPECT_EQ(code(pending.enter(std::chrono::steady_clock::now(), {})), ErrorCode::kQueueFull);
}

TEST(PendingCalls, DoesNotWaitForTheCancelled) {
  internal::PendingCalls pending(room_for(1, WhenFull::kWait));
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  const CancellationSource source;
  auto second = std::async(std::launch::async, [&] { return code(pending.enter(kInAnHour, source.token())); });
  source.cancel();
  EXPECT_EQ(second.get(), ErrorCode::kCancelled);
}

TEST(PendingCalls, ACompletionDoesNotWaitForItself) {
  internal::PendingCalls pending(room_for(1, WhenFull::kWait));
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  std::optional<ErrorCode> next;
  std::optional<ErrorCode> one_too_many;
  pending.run(
      [&](Result<Response> /*result*/) {
        EXPECT_TRUE(pending.completing());
        next = code(pending.enter(kInAnHour, {}));
        one_too_many = code(pending.enter(kInAnHour, {}));
      },
      Response{});
  EXPECT_FALSE(pending.completing());
  EXPECT_EQ(next, std::nullopt);
  EXPECT_EQ(one_too_many, ErrorCode::kQueueFull);
}

TEST(PendingCalls, AcceptsNoneAfterItsEnd) {
  internal::PendingCalls pending(room_for(1, WhenFull::kWait));
  pending.close();
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), ErrorCode::kCancelled);
}

TEST(PendingCalls, ItsEndWakesThoseThatWaitForRoom) {
  internal::PendingCalls pending(room_for(1, WhenFull::kWait));
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  auto second = std::async(std::launch::async, [&] { return code(pending.enter(kInAnHour, {})); });
  auto end = std::async(std::launch::async, [&] { pending.close(); });
  EXPECT_EQ(second.get(), ErrorCode::kCancelled);
  pending.leave();
  end.get();
}

TEST(PendingCalls, ItsEndWaitsForTheLast) {
  internal::PendingCalls pending(room_for(1, WhenFull::kWait));
  EXPECT_EQ(code(pending.enter(kInAnHour, {})), std::nullopt);
  bool left = false;
  auto last = std::async(std::launch::async, [&] {
    left = true;
    pending.leave();
  });
  pending.close();
  EXPECT_TRUE(left);
  last.get();
}

}  // namespace
}  // namespace easypost_connect::unit_test
