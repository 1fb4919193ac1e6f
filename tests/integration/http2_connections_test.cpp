// SPDX-License-Identifier: Apache-2.0
// These tests show many HTTP/2 calls on one connection, and what becomes of them when it ends.
#include <algorithm>
#include <chrono>
#include <string>

#include "http2_fixture.hpp"
#include "result_matchers.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using ::testing::AllOf;

using namespace std::chrono_literals;

using Outcomes = std::map<std::string, int>;

/// Something that happens once, and that other threads wait for.
class Event {
 public:
  void happen() { promise_.set_value(); }
  void await() { future_.wait(); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

class Http2Connections : public Http2 {
 protected:
  /// Returns the streams of so many requests; fewer if the connection has ended.
  static std::vector<std::uint32_t> take(FrameConnection& connection, std::size_t count) {
    std::vector<std::uint32_t> streams;
    while (streams.size() < count) {
      const auto stream = connection.next_request();
      if (stream == 0) break;
      streams.push_back(stream);
    }
    return streams;
  }

  static void answer_to(FrameConnection& connection, const std::vector<std::uint32_t>& streams, std::size_t count) {
    for (std::size_t i = 0; i < std::min(count, streams.size()); ++i) connection.send(answer(streams[i]));
  }

  /// Returns how often the server was sent each body.
  [[nodiscard]] std::map<std::string, int> bodies() const {
    std::map<std::string, int> bodies;
    for (const auto& request : server_->requests()) ++bodies[request.body];
    return bodies;
  }
};

/// Returns a server that never has more than `limit` requests, and answers only when it has as many, or all that are
/// left of `calls`.
FrameServer::Serve limited_to(std::size_t limit, std::size_t calls) {
  return [=](FrameConnection& connection) {
    if (!connection.read_preface()) return;
    connection.send(settings({{kMaxConcurrentStreams, static_cast<std::uint32_t>(limit)}}));
    std::vector<std::uint32_t> held;
    std::size_t answered = 0;
    for (auto stream = connection.next_request(); stream != 0; stream = connection.next_request()) {
      if (held.size() == limit) {
        connection.send(rst_stream(stream, FrameError::kRefusedStream));
        continue;
      }
      held.push_back(stream);
      const std::size_t left = answered < calls ? calls - answered : 1;
      if (held.size() < std::min(limit, left)) continue;
      for (const auto one : held) connection.send(answer(one));
      answered += held.size();
      held.clear();
    }
  };
}

TEST_F(Http2Connections, CallsKeepToTheLimitOfTheServer) {
  struct {
    std::size_t limit;
    int calls;
  } const rows[] = {{1, 40}, {10, 60}};
  for (const auto& row : rows) {
    const auto calls = static_cast<std::size_t>(row.calls);
    serve_from_the_preface(limited_to(row.limit, calls));
    EXPECT_EQ(outcomes_of(row.calls, Method::kPost), (Outcomes{{"200: ok", row.calls}}));
    EXPECT_EQ(server_->connections(), 1U);
    EXPECT_LE(server_->requests().size(), 2 * calls - row.limit) << "some were refused twice";
    EXPECT_EQ(outcomes_of(5, Method::kPost), (Outcomes{{"200: ok", 5}}));
  }
}

TEST_F(Http2Connections, WithoutAHeaderTable) {
  serve_from_the_preface([](FrameConnection& connection) {
    if (!connection.read_preface()) return;
    connection.send(settings({{kHeaderTableSize, 0}}));
    connection.answer_all();
  });
  EXPECT_EQ(outcomes_of(5, Method::kGet), (Outcomes{{"200: ok", 5}}));
  EXPECT_EQ(outcomes_of(5, Method::kPost), (Outcomes{{"200: ok", 5}}));
}

TEST_F(Http2Connections, WhatGoawaySaysIsNotProcessedGoesToTheNextOne) {
  serve_first([](FrameConnection& connection) {
    const auto streams = take(connection, 20);
    if (streams.size() < 20) return;
    connection.send(goaway(streams[9], FrameError::kNoError));
    answer_to(connection, streams, 10);
    connection.read_to_end();
  });
  EXPECT_EQ(outcomes_of(60, Method::kPost), (Outcomes{{"200: ok", 60}}));
  EXPECT_EQ(server_->connections(), 2U);
  EXPECT_EQ(bodies().size(), 60U);
  const auto requests = server_->requests();
  EXPECT_EQ(std::count_if(requests.begin(), requests.end(), [](auto& one) { return one.connection == 1; }), 50);
  EXPECT_GE(attempts_->number, requests.size());
}

TEST_F(Http2Connections, TheOthersMayHaveBeenProcessed) {
  serve_first([](FrameConnection& connection) {
    const auto streams = take(connection, 20);
    if (streams.size() == 20) connection.send(goaway(streams[9], FrameError::kNoError));
  });
  EXPECT_EQ(outcomes_of(20, Method::kPost), (Outcomes{{"200: ok", 10}, {"connection", 10}}));
  EXPECT_EQ(server_->connections(), 2U);
  EXPECT_EQ(server_->requests().size(), 30U);
}

TEST_F(Http2Connections, AnEndWithoutAWordTellsNothing) {
  for (const Method method : {Method::kPost, Method::kGet}) {
    serve_first([](FrameConnection& connection) {
      take(connection, 20);
      connection.wire().end_unannounced();
    });
    const bool again = method == Method::kGet;
    EXPECT_EQ(outcomes_of(20, method), (Outcomes{{again ? "200: ok" : "connection", 20}}));
    EXPECT_EQ(server_->requests().size(), again ? 40U : 20U);
    EXPECT_EQ(outcome_of(call(Method::kPost)), "200: ok");
  }
}

TEST_F(Http2Connections, ARefusedStreamGoesAgain) {
  serve([](FrameConnection& connection) {
    for (const auto stream : take(connection, 5)) connection.send(rst_stream(stream, FrameError::kRefusedStream));
    connection.answer_all();
  });
  EXPECT_EQ(outcomes_of(20, Method::kPost), (Outcomes{{"200: ok", 20}}));
  EXPECT_EQ(server_->requests().size(), 25U);
  EXPECT_EQ(attempts_->number, 25U);
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Http2Connections, AnAnswerBeforeTheRequestsEndIsTaken) {
  for (const bool reset : {false, true}) {
    serve([reset](FrameConnection& connection) {
      const auto stream = connection.next_head();
      connection.gives_window = false;
      connection.send(headers(stream, status(413), kEndStream));
      if (reset) connection.send(rst_stream(stream, FrameError::kNoError));
      for (auto next = connection.next_head(); next != 0; next = connection.next_head()) connection.send(answer(next));
    });
    EXPECT_THAT(call(Method::kPost, std::string(std::size_t{1} << 20, 'x')), IsError(ErrorCode::kHttpStatus));
    EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
    EXPECT_EQ(server_->connections(), 1U);
    EXPECT_FALSE(server_->requests().front().whole);
  }
}

TEST_F(Http2Connections, OneThatIsDrainingIsBesideTheNext) {
  Event has_come;
  Event next_is_answered;
  serve_first([&](FrameConnection& connection) {
    const auto stream = connection.next_request();
    connection.send(goaway(stream, FrameError::kNoError));
    has_come.happen();
    next_is_answered.await();
    connection.send(answer(stream, "late"));
    connection.read_to_end();
  });
  auto late = start(Method::kPost, "slow");
  has_come.await();
  EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");  // GOAWAY says that it was not processed, where it came there
  next_is_answered.happen();
  EXPECT_EQ(outcome_of(late.get()), "200: late");
  EXPECT_EQ(server_->connections(), 2U);
}

TEST_F(Http2Connections, ACallThatWaitsForRoomGoesToTheNextOne) {
  Event has_come;
  Event another_waits;
  Event next_is_answered;
  serve_from_the_preface([&](FrameConnection& connection) {
    if (!connection.read_preface()) return;
    connection.send(settings({{kMaxConcurrentStreams, 1}}));
    if (connection.number() > 0) return connection.answer_all();
    connection.send(answer(connection.next_request()));
    const auto stream = connection.next_request();
    has_come.happen();
    another_waits.await();
    connection.send(goaway(stream, FrameError::kNoError));
    next_is_answered.await();
    connection.send(answer(stream, "late"));
    connection.read_to_end();
  });
  EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
  auto late = start(Method::kPost, "slow");
  has_come.await();
  auto waits = start(Method::kPost, "waits");
  another_waits.happen();
  EXPECT_EQ(outcome_of(waits.get()), "200: ok");
  next_is_answered.happen();
  EXPECT_EQ(outcome_of(late.get()), "200: late");
}

TEST_F(Http2Connections, OneThatEndedWhileIdleIsNotUsed) {
  for (const bool goes_away : {true, false}) {
    Event ended;
    serve_first([&](FrameConnection& connection) {
      const auto stream = connection.next_request();
      connection.send(answer(stream));
      if (goes_away) connection.send(goaway(stream, FrameError::kNoError));
      connection.wire().end();
      ended.happen();
    });
    EXPECT_EQ(outcome_of(call(Method::kPost)), "200: ok");
    ended.await();
    EXPECT_EQ(outcome_of(call(Method::kPost)), "200: ok");
    EXPECT_EQ(attempts_->number, 2U);
  }
}

TEST_F(Http2Connections, AnAnswerThatBreaksOffIsNotWhole) {
  const std::string whole = answer(1, "all of the letter");
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    serve_first([&](FrameConnection& connection) {
      if (connection.next_request() == 1) connection.send(whole.substr(0, size));
    });
    const bool has_status = size >= headers(1, status(200)).size();
    EXPECT_EQ(outcome_of(call(Method::kPost)), has_status ? "malformed response" : "connection") << size;
    EXPECT_EQ(server_->requests().size(), 1U);
  }
}

TEST_F(Http2Connections, OneThatHasGoneSilentIsLeft) {
  serve_first([](FrameConnection& connection) {
    connection.acknowledges_pings = false;
    connection.read_to_end();
  });
  options_.timeouts.attempt = 1s;  // limits the attempts that are repeated
  options_.retry.max_attempts = 100;
  auto post = start(Method::kPost, "letter");
  EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
  EXPECT_EQ(outcome_of(post.get()), "connection");
  EXPECT_EQ(server_->connections(), 2U);
}

TEST_F(Http2Connections, OneWhoseServerAnswersPingIsNot) {
  serve_first([](FrameConnection& connection) {
    const std::uint32_t stream = connection.next_request();
    auto frame = connection.read();
    while (frame && frame->type != FrameType::kPing) frame = connection.read();
    connection.send(answer(stream, "late"));
    connection.answer_all();
  });
  Request impatient{Method::kPost, "/jobs", "letter", {}};
  impatient.options.timeout = 4s;
  auto post = start(Method::kPost, "another");
  EXPECT_EQ(outcome_of(send_future(client(), std::move(impatient)).get()), "timeout");
  EXPECT_EQ(outcome_of(post.get()), "200: late");
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Http2Connections, WhyTheServerEndedItIsSaid) {
  serve_first([](FrameConnection& connection) {
    const auto stream = connection.next_request();
    connection.send(goaway(stream, FrameError::kEnhanceYourCalm, "too many pings"));
  });
  const auto answer = call(Method::kPost);
  EXPECT_THAT(answer, AllOf(IsError(ErrorCode::kConnection), Says("ENHANCE_YOUR_CALM"), Says("too many pings")));
}

}  // namespace
}  // namespace easypost_connect
