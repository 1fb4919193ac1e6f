// SPDX-License-Identifier: Apache-2.0
// These tests show what the server has certainly not looked at, and what it may have.
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "http2_fixture.hpp"
#include "result_matchers.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using namespace std::chrono_literals;

using Http2Unprocessed = Http2;

TEST_F(Http2Unprocessed, AStreamIsNotRefusedThatWasLookedAt) {
  for (const std::string& begun : {headers(1, status(103)), headers(1, status(200)) + data(1, "ha")}) {
    for (const std::string& end :
         {rst_stream(1, FrameError::kRefusedStream), goaway(0, FrameError::kEnhanceYourCalm)}) {
      serve_first([&](FrameConnection& connection) {
        static_cast<void>(connection.next_request());
        connection.send(begun + end);
        connection.read_to_end();
      });
      const auto post = call(Method::kPost, "letter");
      ASSERT_FALSE(post);
      EXPECT_FALSE(post.error().never_sent);
      EXPECT_TRUE(post.error().retryable) << post.error().describe();
      EXPECT_EQ(server_->requests().size(), 1U);
    }
  }
}

/// The server ends connections as nginx does after `keepalive_requests`. Whatever is left behind, each connection
/// brings some calls on.
TEST_F(Http2Unprocessed, NothingIsLostToAServerThatKeepsChangingConnections) {
  serve([](FrameConnection& connection) {
    std::vector<std::uint32_t> streams;
    while (streams.size() < 10) {
      streams.push_back(connection.next_request());
      if (streams.back() == 0) return;
    }
    for (const auto stream : streams) connection.send(answer(stream));
    connection.send(goaway(streams.back(), FrameError::kNoError));
    connection.read_to_end();
  });
  options_.retry.budget = 20;
  EXPECT_EQ(outcomes_of(200, Method::kPost), (std::map<std::string, int>{{"200: ok", 200}}));
  EXPECT_EQ(server_->connections(), 20U);
}

TEST_F(Http2Unprocessed, AHeadMayBeAsLongAsTheServerTakesIt) {
  serve([](FrameConnection& connection) { connection.answer_all(); });
  Request request{Method::kPost, "/jobs", "{}", {}};
  request.options.headers = {{"x-long", std::string(100'000, 'x')}};
  EXPECT_EQ(outcome_of(send_future(client(), std::move(request)).get()), "200: ok");
}

TEST_F(Http2Unprocessed, WhatWaitedForRoomInVainWasNeverSent) {
  serve_from_the_preface([](FrameConnection& connection) {
    if (!connection.read_preface()) return;
    connection.send(settings({{kMaxConcurrentStreams, 1}}));
    connection.send(answer(connection.next_request()));
    static_cast<void>(connection.next_request());  // the server gives no answer
    connection.read_to_end();
  });
  ASSERT_EQ(outcome_of(call(Method::kGet)), "200: ok");  // the limit is known then
  const auto held = start(Method::kPost, "held", kOnce);
  Request late{Method::kPost, "/jobs", "late", {}};
  late.options.timeout = 300ms;
  const auto waited = send_future(client(), std::move(late)).get();
  EXPECT_EQ(outcome_of(waited), "timeout, never sent");
  EXPECT_THAT(waited, Says("room for the request"));
  CancellationSource source;
  Request unwanted{Method::kPost, "/jobs", "unwanted", {}};
  unwanted.options.cancellation = source.token();
  auto cancelled = send_future(client(), std::move(unwanted));
  source.cancel();
  EXPECT_EQ(outcome_of(cancelled.get()), "cancelled, never sent");
  for (const auto& request : server_->requests()) EXPECT_NE(request.body.substr(0, 4), "late");
  client_.reset();
}

}  // namespace
}  // namespace easypost_connect
