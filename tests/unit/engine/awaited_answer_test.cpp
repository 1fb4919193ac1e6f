// SPDX-License-Identifier: Apache-2.0
#include "engine/awaited_answer.hpp"

#include <chrono>
#include <future>

#include <gtest/gtest.h>

#include "fake_transport.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

const SteadyTime kInAnHour = std::chrono::steady_clock::now() + 1h;

TEST(AwaitedAnswer, IsBroughtByAnotherThread) {
  internal::AwaitedAnswer answer;
  auto other = std::async(std::launch::async, [&] { answer.bring(Response{}); });
  EXPECT_FALSE(answer.wait(kInAnHour, {}));
  other.get();
}

TEST(AwaitedAnswer, SaysWhyThereIsNone) {
  internal::AwaitedAnswer answer;
  answer.bring(failure(ErrorCode::kTls));
  const auto error = answer.wait(kInAnHour, {});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kTls);
}

TEST(AwaitedAnswer, IsNotWaitedForBeyondTheDeadline) {
  internal::AwaitedAnswer answer;
  const auto error = answer.wait(std::chrono::steady_clock::now(), {});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kTimeout);
}

TEST(AwaitedAnswer, IsNotWaitedForWhenCancelled) {
  internal::AwaitedAnswer answer;
  const CancellationSource source;
  auto other = std::async(std::launch::async, [&] { source.cancel(); });
  const auto error = answer.wait(kInAnHour, source.token());
  other.get();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace easypost_connect::unit_test
