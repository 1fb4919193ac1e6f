// SPDX-License-Identifier: Apache-2.0
// The process has few descriptors left, or none: who cannot go on says so, and goes on when there are some again.
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include <easypost_connect/async.hpp>

#include "few_descriptors.hpp"
#include "result_matchers.hpp"
#include "sandbox_process.hpp"
#include "wire_server.hpp"

namespace easypost_connect::test_support {
namespace {

using namespace std::chrono_literals;

/// As many as any of these needs, and some more.
constexpr std::size_t kMost = 16;

/// With the sandbox in a process of its own: it has descriptors.
class Descriptors : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sandbox_ = new testing::SandboxProcess(); }
  static void TearDownTestSuite() {
    delete sandbox_;
    sandbox_ = nullptr;
  }
  /// One that waits for an answer; what does not come back is no success.
  static ClientOptions options() {
    ClientOptions options = sandbox_->client_options();
    options.timeouts.request = 20s;
    return options;
  }

 private:
  static inline testing::SandboxProcess* sandbox_ = nullptr;
};

template <typename T>
void expect_success_or_none_left(const Result<T>& outcome) {
  if (outcome) return;
  EXPECT_THAT(outcome, Says("file descriptor"));
}

TEST_F(Descriptors, AClientThatWasMadeIsAUsableOne) {
  ASSERT_THAT(ConnectClient::create(options()).value().get("/jobs"), IsOk());  // what OpenSSL opens for good
  for (std::size_t left = 0; left <= kMost; ++left) {
    SCOPED_TRACE(std::to_string(left) + " left");
    std::optional<Result<ConnectClient>> client;
    {
      const FewDescriptors few(left);
      client = ConnectClient::create(options());
    }
    expect_success_or_none_left(*client);
    if (!*client) continue;
    EXPECT_THAT(send_future(**client, {Method::kGet, "/jobs"}).get(), IsOk());
    EXPECT_THAT((*client)->get("/jobs"), IsOk());
  }
}

TEST_F(Descriptors, ABlockingCallFailsAlone) {
  for (std::size_t left = 0; left <= kMost; ++left) {
    SCOPED_TRACE(std::to_string(left) + " left");
    ClientOptions once = options();
    once.retry.max_attempts = 1;
    auto client = ConnectClient::create(once).value();
    std::optional<Result<Response>> answer;
    {
      const FewDescriptors few(left);
      answer = client.get("/jobs");
    }
    expect_success_or_none_left(*answer);
    CallOptions patient;
    patient.max_attempts = 8;
    EXPECT_THAT(client.get("/jobs", std::move(patient)), IsOk());
  }
}

TEST_F(Descriptors, AnAsynchronousCallFailsAlone) {
  for (std::size_t left = 0; left <= kMost; ++left) {
    SCOPED_TRACE(std::to_string(left) + " left");
    ClientOptions once = options();
    once.retry.max_attempts = 1;
    auto client = ConnectClient::create(once).value();
    std::optional<Result<Response>> answer;
    {
      const FewDescriptors few(left);
      answer = send_future(client, {Method::kGet, "/jobs"}).get();
    }
    expect_success_or_none_left(*answer);
    Request patient{Method::kGet, "/jobs"};
    patient.options.max_attempts = 8;
    EXPECT_THAT(send_future(client, std::move(patient)).get(), IsOk());
  }
}

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(DescriptorsOfASession, AreMissedOnceAndLaterACallCanBeCancelled) {
  const CancellationSource source;
  const WireServer server([&source](Wire& wire) {
    for (std::string head = wire.read_head(); !head.empty(); head = wire.read_head()) {
      if (head.find("/stalled") != std::string::npos) {
        std::this_thread::sleep_for(300ms);  // until the call waits
        source.cancel();
      } else if (head.find("/oauth2/token") != std::string::npos) {
        wire.read_body_of(head);
        wire.write(answer(R"({"access_token":"canary-token","token_type":"Bearer","expires_in":3600})"));
      } else {
        wire.write(answer("{}"));
      }
    }
  });
  ClientOptions options = server.client_options();
  options.timeouts.connect = options.timeouts.request = 10min;
  options.retry.max_attempts = 1;
  auto client = ConnectClient::create(std::move(options)).value();
  ASSERT_THAT(send_future(client, {Method::kGet, "/jobs"}).get(), IsOk());  // brings the token, and makes no session
  {
    const FewDescriptors none(0);
    EXPECT_THAT(client.get("/jobs"), Says("file descriptor"));
  }
  CallOptions cancelled;
  cancelled.cancellation = source.token();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(client.get("/stalled", std::move(cancelled)), IsError(ErrorCode::kCancelled));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);  // a wait that nobody can end takes a minute
}

}  // namespace
}  // namespace easypost_connect::test_support
