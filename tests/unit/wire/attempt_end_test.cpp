// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {

using namespace internal;
using namespace std::chrono_literals;

namespace {

class AttemptEnd : public ::testing::Test {
 protected:
  AttemptEnd() {
    context_.deadline = start_ + 35s;
    context_.call_deadline = start_ + 10min;
  }
  void begin(bool handed_over = false) { end_.begin(request_, context_, handed_over); }
  void move_at(std::chrono::seconds time, bool handed_over = false) { end_.moved(handed_over, start_ + time); }
  [[nodiscard]] SteadyTime::duration end() const { return end_.at() - start_; }

  const SteadyTime start_ = SteadyTime(1h);
  Request request_{Method::kPut, "/jobs", "body", {}};
  CallContext context_;
  internal::AttemptEnd end_;
};

TEST_F(AttemptEnd, IsTheDeadlineOfTheAttemptWhileNothingMoves) {
  begin();
  EXPECT_EQ(end(), 35s);
}

TEST_F(AttemptEnd, IsPutOffByWhatMoves) {
  begin();
  move_at(2s);
  EXPECT_EQ(end(), 35s);  // not sooner than without a body
  move_at(34s);
  EXPECT_EQ(end(), 64s);
  move_at(60s);
  EXPECT_EQ(end(), 90s);
}

TEST_F(AttemptEnd, IsNeverBehindTheDeadlineOfTheCall) {
  begin();
  move_at(595s);
  EXPECT_EQ(end(), 10min);
}

TEST_F(AttemptEnd, IsTheDeadlineWhereNobodySetOneForTheCall) {
  context_.call_deadline = {};
  begin();
  move_at(34s);
  EXPECT_EQ(end(), 35s);
}

TEST_F(AttemptEnd, AnUploadHasAllTheTimeOnceItWasHandedOver) {
  context_.once_whole = true;
  begin();
  move_at(1s);
  EXPECT_EQ(end(), 35s);
  move_at(2s, true);
  EXPECT_EQ(end(), 10min);
}

TEST_F(AttemptEnd, AnEmptyUploadHasAllTheTime) {
  context_.once_whole = true;
  begin(true);
  EXPECT_EQ(end(), 10min);
}

TEST_F(AttemptEnd, WhatASinkWasGivenOnceHasAllTheTime) {
  request_.options.sink = BodySink::to_function([](std::string_view) -> Result<void> { return {}; });
  begin();
  move_at(1s);
  EXPECT_EQ(end(), 35s);
  EXPECT_TRUE(drain_of(request_.options.sink)->open().value()->write("x"));
  move_at(2s);
  EXPECT_EQ(end(), 10min);
}

}  // namespace
}  // namespace easypost_connect::unit_test
