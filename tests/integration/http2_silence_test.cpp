// SPDX-License-Identifier: Apache-2.0
// A NAT box on the way has forgotten an HTTP/2 connection. Nobody says so; the server is as silent as the box.
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http2_fixture.hpp"

namespace easypost_connect {
namespace {

using namespace test_support;

class Http2Silence : public Http2 {
 protected:
  /// A PING goes out after half of the time of a call, and is awaited for half of that again; a quarter is left for
  /// another connection.
  static constexpr std::chrono::seconds kTimeout{16};

  std::future<Result<Response>> start_in_time(Method method) {
    Request request{method, "/jobs", {}, {}};
    request.options.timeout = kTimeout;
    return send_future(client(), std::move(request));
  }
};

TEST_F(Http2Silence, LosesNoIdempotentCall) {
  serve_first([](FrameConnection& connection) {
    connection.send(answer(connection.next_request()));
    connection.acknowledges_pings = false;
    connection.read_to_end();
  });
  ASSERT_EQ(outcome_of(call(Method::kGet)), "200: ok");
  constexpr int kGets = 99;  // GETs, beside one POST: 100 are in flight
  std::vector<std::future<Result<Response>>> gets;
  for (int i = 0; i < kGets; ++i) gets.push_back(start_in_time(Method::kGet));
  auto post = start_in_time(Method::kPost);
  std::map<std::string, int> outcomes;
  for (auto& get : gets) ++outcomes[outcome_of(get.get())];
  EXPECT_EQ(outcomes, (std::map<std::string, int>{{"200: ok", kGets}}));
  EXPECT_EQ(outcome_of(post.get()), "connection") << "it may have arrived";
  EXPECT_EQ(outcome_of(call(Method::kPost)), "200: ok") << "it has been found";
  EXPECT_EQ(server_->connections(), 2U);
}

/// Frames that bring no call on do not stand for an answer to PING.
TEST_F(Http2Silence, IsNotHiddenByFramesThatMeanNothing) {
  serve_first([](FrameConnection& connection) {
    connection.acknowledges_pings = false;
    static_cast<void>(connection.next_request());
    while (connection.send(window_update(0, 1))) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  });
  EXPECT_EQ(outcome_of(start_in_time(Method::kGet).get()), "200: ok");
  EXPECT_EQ(server_->connections(), 2U);
}

}  // namespace
}  // namespace easypost_connect
