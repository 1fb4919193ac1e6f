// SPDX-License-Identifier: Apache-2.0
// These tests show single HTTP/2 calls among others on a connection, from their beginning to an end that may be early.
#include <chrono>
#include <string>
#include <string_view>

#include "http2_fixture.hpp"
#include "result_matchers.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using namespace std::chrono_literals;
using ::testing::AllOf;

using Http2Calls = Http2;

TEST_F(Http2Calls, EachGetsItsOwnAnswer) {
  constexpr std::size_t kCalls = 20;
  serve([](FrameConnection& connection) {
    std::map<std::uint32_t, std::string> bodies;
    while (bodies.size() < kCalls) {
      const auto stream = connection.next_request();
      if (stream == 0) return;
      bodies[stream] = connection.body_of(stream);
    }
    for (const auto& [stream, body] : bodies) connection.send(headers(stream, status(200)));
    for (std::size_t at = 0; at < 100; ++at)  // the next byte of each answer
      for (const auto& [stream, body] : bodies)
        connection.send(data(stream, body.substr(at, 1), at == 99 ? kEndStream : std::uint8_t{0}));
    connection.read_to_end();
  });
  std::vector<std::future<Result<Response>>> futures;
  for (std::size_t i = 0; i < kCalls; ++i)
    futures.push_back(start(Method::kPost, std::string(100, static_cast<char>('a' + i))));
  for (std::size_t i = 0; i < kCalls; ++i)
    EXPECT_EQ(outcome_of(futures[i].get()), "200: " + std::string(100, static_cast<char>('a' + i)));
}

TEST_F(Http2Calls, ABrokenAnswerIsThatOfOneCall) {
  serve([](FrameConnection& connection) {
    const auto first = connection.next_request();
    const auto second = connection.next_request();
    connection.send(headers(first, field("no", "status"), kEndStream) + answer(second));
    connection.answer_all();
  });
  EXPECT_EQ(outcomes_of(2, Method::kPost), (std::map<std::string, int>{{"200: ok", 1}, {"malformed response", 1}}));
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Http2Calls, AnAnswerToHeadHasALengthAndNoBody) {
  serve([](FrameConnection& connection) {
    const auto stream = connection.next_request();
    connection.send(headers(stream, status(200) + field("content-length", "5"), kEndStream));
    connection.answer_all();
  });
  EXPECT_EQ(outcome_of(call(Method::kHead)), "200: ");
  EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Http2Calls, ThoseThatAreGivenUpLeaveTheConnectionToOthers) {
  for (const bool cancelled : {true, false}) {
    std::promise<void> has_come;
    std::promise<std::uint32_t> reset;
    serve([&](FrameConnection& connection) {
      static_cast<void>(connection.next_request());
      has_come.set_value();
      auto frame = connection.read();
      while (frame && frame->type != FrameType::kRstStream) frame = connection.read();
      reset.set_value(frame ? number_in(frame->payload) : 0);
      connection.answer_all();
    });
    const CancellationSource source;
    Request request{Method::kPost, "/jobs", "letter", {}};
    request.options.cancellation = source.token();
    request.options.timeout = cancelled ? 1h : 1s;
    auto given_up = send_future(client(), std::move(request));
    has_come.get_future().wait();
    if (cancelled) source.cancel();
    EXPECT_EQ(outcome_of(given_up.get()), cancelled ? "cancelled" : "timeout");
    EXPECT_EQ(reset.get_future().get(), static_cast<std::uint32_t>(FrameError::kCancel));
    EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
    EXPECT_EQ(server_->connections(), 1U);
  }
}

TEST_F(Http2Calls, BodiesKeepToTheWindowsOfTheServer) {
  for (const std::uint32_t window : {0U, 7U}) {
    serve_from_the_preface([window](FrameConnection& connection) {
      if (!connection.read_preface()) return;
      connection.send(settings({{kInitialWindowSize, window}}));
      if (window == 0 && connection.next_head() != 0) connection.send(settings({{kInitialWindowSize, 1000}}));
      connection.answer_all();
    });
    for (int i = 0; i < 3; ++i) {
      const std::string body(static_cast<std::size_t>(10'000 + i), 'x');
      EXPECT_EQ(outcome_of(call(Method::kPost, body)), "200: ok");
      EXPECT_TRUE(server_->requests().back().body == body);
    }
  }
}

TEST_F(Http2Calls, WaitWhileTheServerTakesNone) {
  serve_from_the_preface([](FrameConnection& connection) {
    if (!connection.read_preface()) return;
    connection.send(settings({{kMaxConcurrentStreams, 0}}));
    const auto stream = connection.next_head();  // the request began before the client knew
    connection.send(rst_stream(stream, FrameError::kRefusedStream));
    connection.send(Frame{FrameType::kPing, 0, 0, "12345678"}.bytes());
    auto frame = connection.read();
    while (frame && frame->type != FrameType::kPing) frame = connection.read();
    connection.send(settings({{kMaxConcurrentStreams, 1}}));
    connection.answer_all();
  });
  EXPECT_EQ(outcome_of(call(Method::kPost, "letter")), "200: ok");
  EXPECT_EQ(server_->requests().size(), 2U);
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Http2Calls, EndWhenEveryConnectionGoesAway) {
  serve([](FrameConnection& connection) {
    if (connection.next_request() != 0) connection.send(goaway(0, FrameError::kNoError));
  });
  EXPECT_EQ(outcome_of(call(Method::kPost, "letter", 3)), "connection, never sent");
  EXPECT_EQ(attempts_->number, 3U);
  EXPECT_EQ(server_->requests().size(), 3U);
}

/// A server says so over TLS 1.3 when the client has sent its first frames.
TEST_F(Http2Calls, ARefusedCertificateIsNamed) {
  serve([](FrameConnection& connection) { connection.answer_all(); });
  const auto stranger = sandbox::CertificateAuthority().issue();
  options_.credentials.client_certificate.certificate = TlsMaterial::in_memory(Secret(stranger.certificate));
  options_.credentials.client_certificate.private_key = TlsMaterial::in_memory(Secret(stranger.private_key));
  const auto answer = call(Method::kPost, "letter");
  EXPECT_THAT(answer, AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate)));
  EXPECT_EQ(answer.error().seen.tls_alert, "unknown_ca");
  EXPECT_EQ(server_->connections(), 0U);
}

void answer_by_http1(FrameConnection& connection) {
  WireServer::beside_tokens([](Wire& wire, std::string_view head) {
    wire.read_body_of(head);
    wire.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  })(connection.wire());
}

TEST_F(Http2Calls, AServerThatDemandsHttp1GetsIt) {
  serve_from_the_preface([](FrameConnection& connection) {
    if (connection.number() > 0) return answer_by_http1(connection);
    if (!connection.read_preface()) return;
    connection.send(settings({}));
    while (const auto stream = connection.next_request())
      connection.send(rst_stream(stream, FrameError::kHttp11Required));
  });
  EXPECT_EQ(outcome_of(call(Method::kPost, "letter")), "200: ok");
  EXPECT_EQ(outcome_of(call(Method::kGet)), "200: ok");
}

TEST_F(Http2Calls, AServerThatChoosesHttp1GetsIt) {
  for (const char* protocol : {"http/1.1", ""}) {
    serve_from_the_preface(&answer_by_http1, protocol);
    for (const Method method : {Method::kGet, Method::kPost}) EXPECT_EQ(outcome_of(call(method, "")), "200: ok");
    EXPECT_EQ(server_->connections(), 1U);
  }
}

}  // namespace
}  // namespace easypost_connect
