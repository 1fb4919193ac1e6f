// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/io_loop_fixture.hpp"

namespace easypost_connect::unit_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(IoLoop, FetchesATokenThenTransmits) {
  add("/a");
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl));
  transport_->answer(token_answer(kToken));
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl, "/a"));
  transport_->answer(answer(200, "done"));
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  ASSERT_THAT(ended_[0].second, IsOk());
  EXPECT_EQ(ended_[0].second->body, "done");
}

TEST_F(IoLoop, SendsAllCredentials) {
  add_in_flight("/a");
  std::vector<std::string> credentials;
  for (const auto& [name, value] : transport_->under_way[0]->context().credentials) credentials.emplace_back(name);
  EXPECT_THAT(credentials, ElementsAre("x-api-key", "authorization"));
}

TEST_F(IoLoop, ManyCallsWaitForOneToken) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl));
}

TEST_F(IoLoop, StartsInTheOrderTheyCameAndNoMoreThanMayBeInFlight) {
  for (const char* path : {"/a", "/b", "/c", "/d"}) add(path);
  bring_token();
  EXPECT_EQ(transport_->under_way.size(), 2U);
  transport_->answer(answer(200));
  turn();
  turn();
  transport_->answer(answer(200));
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre("/c", "/d"));
  EXPECT_EQ(ended_.size(), 2U);
}

TEST_F(IoLoop, APauseMakesRoomForOthers) {
  for (const char* path : {"/a", "/b", "/c"}) add(path);
  bring_token();
  transport_->answer(answer(503));  // /a gets it
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre("/c"));
  EXPECT_THAT(ended_, IsEmpty());
}

TEST_F(IoLoop, APauseEndsInTime) {
  add_in_flight("/a");
  transport_->answer(answer(503));
  turn();
  turn();
  const auto resumes_at = transport_->ran_until.back();
  EXPECT_GT(resumes_at, clock_->now().steady);
  EXPECT_LE(resumes_at, clock_->now().steady + 200ms);
  EXPECT_THAT(transport_->started, IsEmpty());
  clock_->advance(200ms);
  turn();
  EXPECT_THAT(transport_->started, ElementsAre("/a"));
}

TEST_F(IoLoop, ARefusedTokenIsFetchedAnew) {
  add_in_flight("/a");
  transport_->answer(answer(401));
  turn();
  turn();
  EXPECT_THAT(transport_->started, ElementsAre(kTokenUrl));
}

TEST_F(IoLoop, AFailedTokenRequestFailsWhoWaitsForIt) {
  add("/a");
  turn();
  transport_->answer(answer(401, R"({"error":"invalid_client"})", {{"content-type", "application/json"}}));
  turn();
  turn();
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_THAT(ended_[0].second, IsError(ErrorCode::kTokenRefused));
}

TEST_F(IoLoop, CallsThatHaveEndedDoNotLetItWait) {
  add_in_flight("/a");
  transport_->answer(answer(200));
  loop_->run();
  loop_->run();
  EXPECT_EQ(transport_->ran_until.back(), clock_->now().steady);
}

TEST_F(IoLoop, NothingIsPendingAfterTheLastCompletion) {
  add_in_flight("/a");
  transport_->answer(answer(200));
  turn();
  EXPECT_EQ(ended_.size(), 1U);
  EXPECT_EQ(pending_.use_count(), 1);  // no call has a place
}

}  // namespace
}  // namespace easypost_connect::unit_test
