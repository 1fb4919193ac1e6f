// SPDX-License-Identifier: Apache-2.0
// These tests show what ends bodies on their way, and which of them are sent or fetched again.
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/bodies_fixture.hpp"
#include "result_matchers.hpp"

namespace easypost_connect {
namespace {

using ::testing::AllOf;

class BrokenBodies : public Bodies {};

TEST_P(BrokenBodies, AFileThatChangesIsNotTakenForWhole) {
  const std::string path = letter(3 * kMiB);
  CallOptions options;
  options.progress = [&](const Progress&) { std::ofstream(path, std::ios::app) << '!'; };
  EXPECT_THAT(put(Body::from_file(path), options),
              AllOf(IsError(ErrorCode::kBodyIo), Says("changed while it was sent")));
  while (server_.uploads().empty()) std::this_thread::yield();
  EXPECT_FALSE(server_.uploads().at(0).whole);
}

TEST_P(BrokenBodies, AMissingFileSendsNothing) {
  const auto response = put(Body::from_file(folder_.path("missing.pdf")));
  ASSERT_THAT(response, AllOf(IsError(ErrorCode::kBodyIo), BlamedOn(Factor::kRequest), Says("missing.pdf")));
  EXPECT_TRUE(response.error().never_sent);
  EXPECT_TRUE(server_.uploads().empty());
  EXPECT_THAT(put("x"), IsOk());
}

TEST_P(BrokenBodies, ASinkWithoutAFolderEndsTheCall) {
  EXPECT_THAT(get(kMiB, BodySink::to_file(folder_.path("missing/letters.pdf"))), IsError(ErrorCode::kBodyIo));
  EXPECT_EQ(server_.downloads(), 1U);
}

TEST_P(BrokenBodies, WhatAFunctionThrowsEndsTheCall) {
  const auto reader = [read = pattern_reader(3 * kMiB), pieces = 0](char* buffer, std::size_t capacity) mutable {
    if (++pieces == 20) throw std::runtime_error("disk on fire");
    return read(buffer, capacity);
  };
  EXPECT_THAT(put(Body::from_function(reader, 3 * kMiB)), AllOf(IsError(ErrorCode::kBodyIo), Says("disk on fire")));
  const auto writer = [](std::string_view) -> Result<void> { throw std::runtime_error("disk on fire"); };
  EXPECT_THAT(get(kMiB, BodySink::to_function(writer)), AllOf(IsError(ErrorCode::kBodyIo), Says("disk on fire")));
  CallOptions options;
  options.progress = [](const Progress&) { throw std::runtime_error("no terminal"); };
  EXPECT_THAT(get(kMiB, options), AllOf(IsError(ErrorCode::kBodyIo), Says("no terminal")));
  EXPECT_THAT(put("x"), IsOk());
}

TEST_P(BrokenBodies, TheErrorOfAFunctionIsTheCalls) {
  Error enough;
  enough.code = ErrorCode::kInvalidRequest;
  enough.message = "Enough.";
  const auto reader = [&](char*, std::size_t) -> Result<std::size_t> { return enough; };
  EXPECT_THAT(put(Body::from_function(reader)), AllOf(IsError(ErrorCode::kInvalidRequest), Says("Enough.")));
  const auto writer = [&](std::string_view) -> Result<void> { return enough; };
  EXPECT_THAT(get(kMiB, BodySink::to_function(writer)), AllOf(IsError(ErrorCode::kInvalidRequest), Says("Enough.")));
}

TEST_P(BrokenBodies, AFileIsSentAgainWithAnotherToken) {
  server_.answer_next(401);
  ASSERT_THAT(put(Body::from_file(letter(kMiB))), IsOk());
  ASSERT_EQ(server_.uploads().size(), 2U);
  EXPECT_TRUE(server_.uploads().at(1).as_the_pattern);
  EXPECT_EQ(server_.uploads().at(1).size, kMiB);
  EXPECT_EQ(server_.token_requests(), 2U);
}

TEST_P(BrokenBodies, AFunctionIsNotSentAgainButTheNextCallHasAnotherToken) {
  server_.answer_next(401);
  EXPECT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)),
              AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kAccessToken), Says("a new body")));
  EXPECT_EQ(server_.uploads().size(), 1U);
  ASSERT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)), IsOk());
  EXPECT_EQ(server_.uploads().size(), 2U);
  EXPECT_EQ(server_.token_requests(), 2U);
}

TEST_P(BrokenBodies, AFileIsSentAgainAfterAFailure) {
  server_.answer_next(503);
  ASSERT_THAT(put(Body::from_file(letter(kMiB))), IsOk());
  EXPECT_EQ(server_.uploads().size(), 2U);
  server_.answer_next(503);
  EXPECT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)), IsError(ErrorCode::kHttpStatus));
  EXPECT_EQ(server_.uploads().size(), 3U);
}

TEST_P(BrokenBodies, ABrokenAnswerIsFetchedAgainIntoAFile) {
  server_.break_next_download();
  ASSERT_THAT(get(kMiB, file_sink()), IsOk());
  EXPECT_EQ(server_.downloads(), 2U);
  EXPECT_TRUE(folder_.read("letters.pdf") == pattern_of(kMiB));
  EXPECT_EQ(folder_.count(), 1);
}

TEST_P(BrokenBodies, ABrokenAnswerIsNotGivenToAFunctionTwice) {
  std::size_t received = 0;
  server_.break_next_download();
  const auto writer = [&](std::string_view bytes) -> Result<void> {
    received += bytes.size();
    return {};
  };
  EXPECT_FALSE(get(kMiB, BodySink::to_function(writer)));
  EXPECT_EQ(server_.downloads(), 1U);
  EXPECT_LE(received, kMiB / 2);
}

TEST_P(BrokenBodies, ARefusalIsNotForTheSink) {
  server_.answer_next(404);
  const auto response = get(kMiB, file_sink());
  ASSERT_THAT(response, IsError(ErrorCode::kHttpStatus));
  EXPECT_EQ(response.error().response->body, "misbehaves");
  EXPECT_EQ(folder_.count(), 0);
}

TEST_P(BrokenBodies, ALongerAnswerThanTheCallAllowsIsDiscarded) {
  CallOptions options;
  options.max_response_bytes = kMiB - 1;
  EXPECT_THAT(get(kMiB, options), IsError(ErrorCode::kResponseTooLarge));
  options.sink = file_sink();
  EXPECT_THAT(get(kMiB, options), IsError(ErrorCode::kResponseTooLarge));
  EXPECT_EQ(folder_.count(), 0);
  options.max_response_bytes = kMiB;
  EXPECT_THAT(get(kMiB, options), IsOk());
}

TEST_P(BrokenBodies, CanBeCancelledOnTheirWay) {
  const CancellationSource cancellation;
  CallOptions options;
  options.cancellation = cancellation.token();
  options.progress = [&](const Progress& progress) {
    if (progress.received > kMiB || progress.sent > kMiB) cancellation.cancel();
  };
  EXPECT_THAT(put(Body::from_function(pattern_reader(64 * kMiB), 64 * kMiB), options), IsError(ErrorCode::kCancelled));

  const CancellationSource another;
  options.cancellation = another.token();
  options.progress = [&](const Progress&) { another.cancel(); };
  options.sink = file_sink();
  EXPECT_THAT(get(64 * kMiB, options), IsError(ErrorCode::kCancelled));
  EXPECT_EQ(folder_.count(), 0);
}

INSTANTIATE_TEST_SUITE_P(Each, BrokenBodies, ::testing::Values(Way::kBlocking, Way::kAsync),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect
