// SPDX-License-Identifier: Apache-2.0
// These tests show HTTP/1.1 on one connection: what is an answer, what is none, and which connection is used again.
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>

#include "result_matchers.hpp"
#include "wire_server.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

struct AttemptCount : Observer {
  void attempt_started(const AttemptEvent&) noexcept override { ++attempts; }
  std::atomic<int> attempts{0};
};

class Http1 : public ::testing::Test {
 protected:
  /// Serves one call after the other by `serve`, which is told which one it is: 1, 2, ...
  void serve(std::function<void(Wire& wire, int call)> serve) {
    server_.emplace(WireServer::beside_tokens([this, serve = std::move(serve)](Wire& wire, std::string_view head) {
      wire.read_body_of(head);
      serve(wire, ++served_);
    }));
    auto options = server_->client_options();
    options.observer = count_;
    client_.emplace(ConnectClient::create(std::move(options)).value());
  }

  Result<Response> call(Method method = Method::kGet) {
    return client_->send({method, "/jobs", method == Method::kGet ? "" : "{}", {}});
  }

  std::atomic<int> served_{0};
  std::shared_ptr<AttemptCount> count_ = std::make_shared<AttemptCount>();
  std::optional<WireServer> server_;
  std::optional<ConnectClient> client_;
};

TEST_F(Http1, AnAmbiguousAnswerIsRefusedAndItsConnectionLeft) {
  serve([](Wire& wire, int call) {
    wire.write(call == 1 ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}" : kOk);
  });
  EXPECT_THAT(call(), AllOf(IsError(ErrorCode::kMalformedResponse), Says("Content-Length")));
  const auto next = call();
  ASSERT_THAT(next, IsOk());
  EXPECT_FALSE(next->connection_reused);
}

TEST_F(Http1, AGetGoesAgainAtOnceWhenItsKeptConnectionEnds) {
  serve([](Wire& wire, int call) {
    if (call == 2) return wire.end();  // the server has read it, and closes
    wire.write(kOk);
  });
  EXPECT_THAT(call(), IsOk());
  EXPECT_THAT(call(), IsOk());
  EXPECT_EQ(count_->attempts, 3);
  EXPECT_EQ(served_, 3);
}

TEST_F(Http1, InterimAnswersAreNoAnswer) {
  serve([](Wire& wire, int) {
    wire.write("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n");
    wire.write(kOk);
  });
  const auto answer = call();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->headers.size(), 1U);
}

TEST_F(Http1, ManyPostsWithoutABodyUseOneConnection) {
  std::atomic<int> connections{0};
  WireServer server([&](Wire& wire) {
    ++connections;
    WireServer::beside_tokens([](Wire& calls, std::string_view) { calls.write(kOk); })(wire);
  });
  auto client = ConnectClient::create(server.client_options()).value();
  for (int i = 0; i < 20; ++i) EXPECT_THAT(client.send({Method::kPost, "/jobs", {}, {}}), IsOk());
  EXPECT_LE(connections, 2);  // one for the calls, one for the token request
}

}  // namespace
}  // namespace easypost_connect
