// SPDX-License-Identifier: Apache-2.0
// Bodies that stream, by blocking calls and by those that share an I/O thread.
#include <sys/resource.h>

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/bodies_fixture.hpp"
#include "result_matchers.hpp"
#include "sanitizers.hpp"

namespace easypost_connect {
namespace {

#if defined(EASYPOST_CONNECT_ADDRESS_SANITIZER) || defined(EASYPOST_CONNECT_THREAD_SANITIZER)
constexpr bool kSanitized = true;  // the memory of freed bytes is kept back
#else
constexpr bool kSanitized = false;
#endif

std::size_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

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
  const auto response = get(3 * kMiB, BodySink::to_function([&](std::string_view bytes) -> Result<void> {
                              received.append(bytes);
                              return {};
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

INSTANTIATE_TEST_SUITE_P(Each, Bodies, ::testing::Values(Way::kBlocking, Way::kAsync),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace easypost_connect
