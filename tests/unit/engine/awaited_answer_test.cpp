// SPDX-License-Identifier: Apache-2.0
#include "core/wait.hpp"

#include <chrono>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;

namespace {

const SteadyTime kInAnHour = std::chrono::steady_clock::now() + 1h;

TEST(AwaitedAnswer, IsBroughtByAnotherThread) {
  internal::AwaitedAnswer answer;
  auto other = std::async(std::launch::async, [&] { answer.bring({}); });
  EXPECT_THAT(answer.wait(kInAnHour, {}), IsOk());
  other.get();
}

TEST(AwaitedAnswer, SaysWhyThereIsNone) {
  internal::AwaitedAnswer answer;
  answer.bring(failure(ErrorCode::kTls));
  EXPECT_THAT(answer.wait(kInAnHour, {}), IsError(ErrorCode::kTls));
}

TEST(AwaitedAnswer, IsNotWaitedForBeyondTheDeadline) {
  internal::AwaitedAnswer answer;
  EXPECT_THAT(answer.wait(std::chrono::steady_clock::now(), {}), IsError(ErrorCode::kTimeout));
}

TEST(AwaitedAnswer, IsNotWaitedForWhenCancelled) {
  internal::AwaitedAnswer answer;
  const CancellationSource source;
  auto other = std::async(std::launch::async, [&] { source.cancel(); });
  EXPECT_THAT(answer.wait(kInAnHour, source.token()), IsError(ErrorCode::kCancelled));
  other.get();
}

}  // namespace
}  // namespace easypost_connect::unit_test
