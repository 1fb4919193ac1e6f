// SPDX-License-Identifier: Apache-2.0
// What ends a call, an attempt or a token request before its answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/io_loop_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(IoLoop, TheDeadlineEndsWaitingForAToken) {
  add("/a", {5s, {}});
  turn();
  EXPECT_EQ(transport_->ran_until.back(), clock_->now().steady + 5s);
  clock_->advance(5s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, AllOf(IsError(ErrorCode::kTimeout), Says("access token")));
}

TEST_F(IoLoop, TheDeadlineEndsWaitingForATurn) {
  for (const char* path : {"/a", "/b"}) add(path);
  add("/c", {5s, {}});
  bring_token();
  clock_->advance(5s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_EQ(ended_[0].first, "/c");
  EXPECT_THAT(ended_[0].second, AllOf(IsError(ErrorCode::kTimeout), Says("could be sent")));
}

TEST_F(IoLoop, TheDeadlineEndsAnAttempt) {
  add_in_flight("/a", {5s, {}});
  clock_->advance(5s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, IsError(ErrorCode::kTimeout));
  EXPECT_EQ(transport_->aborted, 1);
}

TEST_F(IoLoop, TheLimitOfAnAttemptCountsFromItsBeginning) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  bring_token();
  clock_->advance(34s);
  transport_->answer(answer(200));  // /a gets it
  turn();
  turn();  // now /c is under way
  clock_->advance(1s);
  turn();
  EXPECT_EQ(transport_->aborted, 1);  // /b is aborted
  clock_->advance(34s);
  turn();
  EXPECT_GE(transport_->aborted, 2);
  EXPECT_THAT(transport_->started, ElementsAre("/c", "/b"));
}

TEST_F(IoLoop, ABodyThatMovesKeepsAnAttemptAlive) {
  add_in_flight("/a");
  transport_->moved_until = clock_->now().steady + 50s;
  clock_->advance(35s);
  turn();
  EXPECT_EQ(transport_->aborted, 0);
  EXPECT_EQ(transport_->ran_until.back(), transport_->moved_until);
  clock_->advance(15s);
  turn();
  EXPECT_EQ(transport_->aborted, 1);
}

TEST_F(IoLoop, TheDeadlineEndsATokenRequest) {
  add("/a");
  turn();
  clock_->advance(10s);  // the time that a fetch has
  turn();
  EXPECT_EQ(transport_->aborted, 1);
  EXPECT_THAT(transport_->under_way, IsEmpty());
}

TEST_F(IoLoop, ALostTokenRequestIsMadeOnceMoreWithinTheDeadlinesOfThoseWhoWait) {
  add("/patient", {15s, {}});
  add("/impatient", {12s, {}});
  turn();
  clock_->advance(10s);
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl, kTokenUrl));
  EXPECT_THAT(ended_, IsEmpty());
  clock_->advance(2s);
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_EQ(ended_[0].first, "/impatient");
  transport_->answer(token_answer(kToken));
  turn();
  turn();
  transport_->answer(answer(200));
  turn();
  ASSERT_EQ(ended_.size(), 2U);
  EXPECT_THAT(ended_[1].second, IsOk());
}

TEST_F(IoLoop, ACancelledCallDoesNotWaitForAToken) {
  add("/a", {1h, caller_.token()});
  add("/b");
  turn();
  expect_cancelled("/a");
}

TEST_F(IoLoop, ACancelledCallDoesNotWaitForItsTurn) {
  for (const char* path : {"/a", "/b"}) add(path);
  add("/c", {1h, caller_.token()});
  bring_token();
  expect_cancelled("/c");
  EXPECT_EQ(transport_->aborted, 0);
}

TEST_F(IoLoop, ACancelledCallDoesNotWaitForItsAnswer) {
  add_in_flight("/a", {1h, caller_.token()});
  expect_cancelled("/a");
  EXPECT_EQ(transport_->aborted, 1);
}

TEST_F(IoLoop, ACancelledCallSaysWhetherItWasSent) {
  transport_->never_sent = true;
  add_in_flight("/a", {1h, caller_.token()});
  expect_cancelled("/a");
  EXPECT_TRUE(ended_.back().second.error().never_sent);
}

TEST_F(IoLoop, ACancelledCallDoesNotPause) {
  add_in_flight("/a", {1h, caller_.token()});
  transport_->answer(answer(503));
  turn();
  expect_cancelled("/a");
}

TEST_F(IoLoop, ACallThatIsCancelledBeforeItBeginsSendsNothing) {
  caller_.cancel();
  add("/a", {1h, caller_.token()});
  expect_cancelled("/a");
  EXPECT_THAT(token_requests_->orders, IsEmpty());
}

TEST_F(IoLoop, EndingAllEndsEveryCall) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  bring_token();
  loop_->end_all(cancelled_error());
  EXPECT_EQ(ended_.size(), 3U);
  for (const auto& [path, result] : ended_) EXPECT_THAT(result, IsError(ErrorCode::kCancelled)) << path;
}

TEST_F(IoLoop, EndingAllEndsTokenRequestsToo) {
  add("/a");
  turn();
  loop_->end_all(failure(ErrorCode::kConnection));
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, Not(IsOk()));
  EXPECT_THAT(transport_->under_way, IsEmpty());
}

}  // namespace
}  // namespace easypost_connect::unit_test
