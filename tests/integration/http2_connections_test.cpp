// SPDX-License-Identifier: Apache-2.0
// HTTP/2: many calls on one connection, and what becomes of them when it ends.
#include <future>
#include <string>
#include <string_view>

#include "http2_fixture.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;

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

class Http2Connections : public Http2 {};

TEST_F(Http2Connections, WithoutAHeaderTable) {
  serve_from_the_preface([](FrameConnection& connection) {
    if (!connection.read_preface()) return;
    connection.send(settings({{kHeaderTableSize, 0}}));
    connection.answer_all();
  });
  EXPECT_EQ(outcomes_of(5, Method::kGet), (Outcomes{{"200: ok", 5}}));
  EXPECT_EQ(outcomes_of(5, Method::kPost), (Outcomes{{"200: ok", 5}}));
}

TEST_F(Http2Connections, OneThatIsDrainingIsBesideTheNext) {
  Event next_is_answered;
  serve_first([&](FrameConnection& connection) {
    const auto stream = connection.next_request();
    connection.send(goaway(stream, FrameError::kNoError));
    next_is_answered.await();
    connection.send(answer(stream, "late"));
    connection.read_to_end();
  });
  auto late = start(Method::kPost, "slow");
  do {  // until GOAWAY has arrived, which nobody is told
    EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
  } while (server_->connections() < 2);
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

TEST_F(Http2Connections, AServerThatChoosesHttp1GetsIt) {
  for (const char* protocol : {"http/1.1", ""}) {
    serve_from_the_preface(
        [](FrameConnection& connection) {
          WireServer::beside_tokens([](Wire& wire, std::string_view head) {
            wire.read_body_of(head);
            wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          })(connection.wire());
        },
        protocol);
    for (const Method method : {Method::kGet, Method::kPost}) EXPECT_EQ(outcome_of(call(method, "")), "200: ok");
    EXPECT_EQ(server_->connections(), 1U);
  }
}

}  // namespace
}  // namespace easypost_connect
