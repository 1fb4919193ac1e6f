// SPDX-License-Identifier: Apache-2.0
// Bodies that stream, by blocking calls and by those that share an I/O thread.
#include <easypost_connect/async.hpp>

#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "sanitizers.hpp"
#include "streaming_server.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using ::testing::AllOf;

constexpr std::size_t kMiB = std::size_t{1024} * 1024;

#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER) || defined(EASYPOST_CONNECT_THREAD_SANITIZER)
constexpr bool kSanitized = true;  // the memory of freed bytes is kept back
#else
constexpr bool kSanitized = false;
#endif

std::string pattern_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(i);
  return bytes;
}

/// Gives the pattern, in pieces that fit nowhere.
BodyReader pattern_reader(std::size_t size) {
  return [size, at = std::size_t{0}](char* buffer, std::size_t capacity) mutable {
    const std::size_t count = std::min({capacity, size - at, std::size_t{10'007}});
    for (std::size_t i = 0; i < count; ++i) buffer[i] = pattern(at + i);
    at += count;
    return count;
  };
}

std::size_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

enum class Way { kBlocking, kAsync };

class Bodies : public ::testing::TestWithParam<Way> {
 protected:
  Result<Response> send(Request request) {
    return GetParam() == Way::kBlocking ? client_.send(request) : send_future(client_, std::move(request)).get();
  }
  Result<Response> put(Body body, CallOptions options = {}) {
    return send({Method::kPut, StreamingServer::kUploads, std::move(body), std::move(options)});
  }
  Result<Response> get(std::size_t size, CallOptions options) {
    return send({Method::kGet, StreamingServer::download(size), {}, std::move(options)});
  }
  Result<Response> get(std::size_t size, BodySink sink) {
    CallOptions options;
    options.sink = std::move(sink);
    return get(size, std::move(options));
  }

  [[nodiscard]] std::string letter(std::size_t size) const { return folder_.write("letter.pdf", pattern_of(size)); }
  [[nodiscard]] BodySink file_sink() const { return BodySink::to_file(folder_.path("letters.pdf")); }

  TemporaryFolder folder_;
  StreamingServer server_;
  ConnectClient client_ = ConnectClient::create(server_.client_options()).value();
};

TEST_P(Bodies, AFileIsSent) {
  const auto response = put(Body::from_file(letter(3 * kMiB + 1)));
  ASSERT_THAT(response, IsOk());
  const auto upload = server_.uploads().at(0);
  EXPECT_EQ(upload.size, 3 * kMiB + 1);
  EXPECT_TRUE(upload.as_the_pattern);
  EXPECT_FALSE(upload.chunked);
}

TEST_P(Bodies, AFileIsPosted) {
  const Request order{Method::kPost, StreamingServer::kUploads, Body::from_file(letter(kMiB)), {}};
  ASSERT_THAT(send(order), IsOk());
  EXPECT_EQ(server_.uploads().at(0).size, kMiB);
  EXPECT_TRUE(server_.uploads().at(0).as_the_pattern);
}

TEST_P(Bodies, MemoryOfTheCallerIsSent) {
  const std::string bytes = pattern_of(3 * kMiB);
  ASSERT_THAT(put(Body::from_memory(bytes)), IsOk());
  EXPECT_EQ(server_.uploads().at(0).size, 3 * kMiB);
  EXPECT_TRUE(server_.uploads().at(0).as_the_pattern);
}

TEST_P(Bodies, AFunctionIsSentInChunksWhenItsSizeIsUnknown) {
  for (const auto method : {Method::kPut, Method::kPost}) {
    const auto response = send({method, StreamingServer::kUploads, Body::from_function(pattern_reader(3 * kMiB)), {}});
    ASSERT_THAT(response, IsOk());
    EXPECT_EQ(server_.uploads().back().size, 3 * kMiB);
    EXPECT_TRUE(server_.uploads().back().as_the_pattern);
    EXPECT_TRUE(server_.uploads().back().chunked);
  }
}

TEST_P(Bodies, AFunctionOfKnownSizeAnnouncesIt) {
  ASSERT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)), IsOk());
  EXPECT_EQ(server_.uploads().at(0).size, kMiB);
  EXPECT_FALSE(server_.uploads().at(0).chunked);
}

TEST_P(Bodies, AnEmptyFunctionIsAnEmptyBody) {
  ASSERT_THAT(put(Body::from_function(pattern_reader(0), 0)), IsOk());
  ASSERT_THAT(put(Body::from_function(pattern_reader(0))), IsOk());
  EXPECT_EQ(server_.uploads().at(0).size + server_.uploads().at(1).size, 0U);
}

TEST_P(Bodies, AnAnswerGoesIntoAFile) {
  const auto response = get(3 * kMiB, file_sink());
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(response->streamed_bytes, 3 * kMiB);
  EXPECT_TRUE(folder_.read("letters.pdf") == pattern_of(3 * kMiB));
}

TEST_P(Bodies, AnAnswerGoesIntoAFunction) {
  std::string received;
  const auto response = get(3 * kMiB, BodySink::to_function([&](std::string_view bytes) -> std::optional<Error> {
                              received.append(bytes);
                              return std::nullopt;
                            }));
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(received == pattern_of(3 * kMiB));
}

TEST_P(Bodies, AreNeverHeldWhole) {
  constexpr std::size_t kSize = 64 * kMiB;
  ASSERT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)), IsOk());
  ASSERT_THAT(get(kMiB, file_sink()), IsOk());
  const std::size_t before = peak_memory();
  CallOptions options;
  options.timeout = std::chrono::minutes(1);
  ASSERT_THAT(put(Body::from_function(pattern_reader(kSize), kSize), options), IsOk());
  options.sink = file_sink();
  ASSERT_THAT(get(kSize, options), IsOk());
  ASSERT_THAT(put(Body::from_file(folder_.path("letters.pdf")), options), IsOk());
  const std::size_t growth = peak_memory() - before;
  if (!kSanitized) {
    EXPECT_LT(growth, 4 * kMiB);
  }
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(server_.uploads().at(i).size, kSize);
    EXPECT_TRUE(server_.uploads().at(i).as_the_pattern);
  }
}

TEST_P(Bodies, ProgressCountsBothWays) {
  std::vector<Progress> told;
  CallOptions options;
  options.progress = [&](const Progress& progress) { told.push_back(progress); };
  ASSERT_THAT(put(Body::from_file(letter(kMiB)), options), IsOk());
  ASSERT_GE(told.size(), 16U);
  for (std::size_t i = 1; i < told.size(); ++i) EXPECT_GE(told[i].sent, told[i - 1].sent);
  EXPECT_EQ(told.front().to_send, kMiB);
  EXPECT_EQ(told.back().sent, kMiB);
  EXPECT_EQ(told.back().received, told.back().to_receive);

  told.clear();
  options.sink = file_sink();
  ASSERT_THAT(get(kMiB, options), IsOk());
  EXPECT_EQ(told.back().sent, 0U);
  EXPECT_EQ(told.back().received, kMiB);
  EXPECT_EQ(told.back().to_receive, kMiB);
}

TEST_P(Bodies, AFileThatChangesIsNotTakenForWhole) {
  const std::string path = letter(3 * kMiB);
  CallOptions options;
  options.progress = [&](const Progress&) { std::ofstream(path, std::ios::app) << '!'; };
  EXPECT_THAT(put(Body::from_file(path), options),
              AllOf(IsError(ErrorCode::kBodyIo), Says("changed while it was sent")));
  while (server_.uploads().empty()) std::this_thread::yield();
  EXPECT_FALSE(server_.uploads().at(0).whole);
}

TEST_P(Bodies, AMissingFileSendsNothing) {
  const auto response = put(Body::from_file(folder_.path("missing.pdf")));
  ASSERT_THAT(response, AllOf(IsError(ErrorCode::kBodyIo), BlamedOn(Factor::kRequest), Says("missing.pdf")));
  EXPECT_TRUE(response.error().never_sent);
  EXPECT_TRUE(server_.uploads().empty());
  EXPECT_THAT(put("x"), IsOk());
}

TEST_P(Bodies, ASinkWithoutAFolderEndsTheCall) {
  EXPECT_THAT(get(kMiB, BodySink::to_file(folder_.path("missing/letters.pdf"))), IsError(ErrorCode::kBodyIo));
  EXPECT_EQ(server_.downloads(), 1U);
}

TEST_P(Bodies, WhatAFunctionThrowsEndsTheCall) {
  const auto reader = [read = pattern_reader(3 * kMiB), pieces = 0](char* buffer, std::size_t capacity) mutable {
    if (++pieces == 20) throw std::runtime_error("disk on fire");
    return read(buffer, capacity);
  };
  EXPECT_THAT(put(Body::from_function(reader, 3 * kMiB)), AllOf(IsError(ErrorCode::kBodyIo), Says("disk on fire")));
  const auto writer = [](std::string_view) -> std::optional<Error> { throw std::runtime_error("disk on fire"); };
  EXPECT_THAT(get(kMiB, BodySink::to_function(writer)), AllOf(IsError(ErrorCode::kBodyIo), Says("disk on fire")));
  CallOptions options;
  options.progress = [](const Progress&) { throw std::runtime_error("no terminal"); };
  EXPECT_THAT(get(kMiB, options), AllOf(IsError(ErrorCode::kBodyIo), Says("no terminal")));
  EXPECT_THAT(put("x"), IsOk());
}

TEST_P(Bodies, TheErrorOfAFunctionIsTheCalls) {
  Error enough;
  enough.code = ErrorCode::kInvalidRequest;
  enough.message = "Enough.";
  const auto reader = [&](char*, std::size_t) -> Result<std::size_t> { return enough; };
  EXPECT_THAT(put(Body::from_function(reader)), AllOf(IsError(ErrorCode::kInvalidRequest), Says("Enough.")));
  const auto writer = [&](std::string_view) -> std::optional<Error> { return enough; };
  EXPECT_THAT(get(kMiB, BodySink::to_function(writer)), AllOf(IsError(ErrorCode::kInvalidRequest), Says("Enough.")));
}

TEST_P(Bodies, AFileIsSentAgainWithAnotherToken) {
  server_.answer_next(401);
  ASSERT_THAT(put(Body::from_file(letter(kMiB))), IsOk());
  ASSERT_EQ(server_.uploads().size(), 2U);
  EXPECT_TRUE(server_.uploads().at(1).as_the_pattern);
  EXPECT_EQ(server_.uploads().at(1).size, kMiB);
  EXPECT_EQ(server_.token_requests(), 2U);
}

TEST_P(Bodies, AFunctionIsNotSentAgainButTheNextCallHasAnotherToken) {
  server_.answer_next(401);
  EXPECT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)),
              AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kAccessToken), Says("a new body")));
  EXPECT_EQ(server_.uploads().size(), 1U);
  ASSERT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)), IsOk());
  EXPECT_EQ(server_.uploads().size(), 2U);
  EXPECT_EQ(server_.token_requests(), 2U);
}

TEST_P(Bodies, AFileIsSentAgainAfterAFailure) {
  server_.answer_next(503);
  ASSERT_THAT(put(Body::from_file(letter(kMiB))), IsOk());
  EXPECT_EQ(server_.uploads().size(), 2U);
  server_.answer_next(503);
  EXPECT_THAT(put(Body::from_function(pattern_reader(kMiB), kMiB)), IsError(ErrorCode::kHttpStatus));
  EXPECT_EQ(server_.uploads().size(), 3U);
}

TEST_P(Bodies, ABrokenAnswerIsFetchedAgainIntoAFile) {
  server_.break_next_download();
  ASSERT_THAT(get(kMiB, file_sink()), IsOk());
  EXPECT_EQ(server_.downloads(), 2U);
  EXPECT_TRUE(folder_.read("letters.pdf") == pattern_of(kMiB));
  EXPECT_EQ(folder_.count(), 1);
}

TEST_P(Bodies, ABrokenAnswerIsNotGivenToAFunctionTwice) {
  std::size_t received = 0;
  server_.break_next_download();
  const auto writer = [&](std::string_view bytes) -> std::optional<Error> {
    received += bytes.size();
    return std::nullopt;
  };
  EXPECT_FALSE(get(kMiB, BodySink::to_function(writer)));
  EXPECT_EQ(server_.downloads(), 1U);
  EXPECT_LE(received, kMiB / 2);
}

TEST_P(Bodies, ARefusalIsNotForTheSink) {
  server_.answer_next(404);
  const auto response = get(kMiB, file_sink());
  ASSERT_THAT(response, IsError(ErrorCode::kHttpStatus));
  EXPECT_EQ(response.error().response->body, "misbehaves");
  EXPECT_EQ(folder_.count(), 0);
}

TEST_P(Bodies, ALongerAnswerThanTheCallAllowsIsDiscarded) {
  CallOptions options;
  options.max_response_bytes = kMiB - 1;
  EXPECT_THAT(get(kMiB, options), IsError(ErrorCode::kResponseTooLarge));
  options.sink = file_sink();
  EXPECT_THAT(get(kMiB, options), IsError(ErrorCode::kResponseTooLarge));
  EXPECT_EQ(folder_.count(), 0);
  options.max_response_bytes = kMiB;
  EXPECT_THAT(get(kMiB, options), IsOk());
}

TEST_P(Bodies, CanBeCancelledOnTheirWay) {
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

std::string name_of(const ::testing::TestParamInfo<Way>& way) {
  return way.param == Way::kBlocking ? "Blocking" : "Async";
}

INSTANTIATE_TEST_SUITE_P(Each, Bodies, ::testing::Values(Way::kBlocking, Way::kAsync), name_of);

}  // namespace
}  // namespace easypost_connect
