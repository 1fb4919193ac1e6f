// SPDX-License-Identifier: Apache-2.0
// These tests show when connections are made, kept and left.
#include <easypost_connect/async.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/sandbox.hpp>

#include "result_matchers.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using namespace test_support;

Request list_jobs() { return {Method::kGet, "/jobs", {}, {}}; }

WarmUpOptions multiplexed() {
  WarmUpOptions options;
  options.multiplexed = true;
  return options;
}

class Connections : public ::testing::Test {
 protected:
  ConnectClient& client() {
    if (!client_) client_.emplace(ConnectClient::create(options_).value());
    return *client_;
  }

  void expect_reuse(const Result<Response>& answer, bool reused) {
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->connection_reused, reused);
  }

  /// Returns how many of the API's handshakes were resumed, as far as the sandbox has told.
  std::ptrdiff_t resumed_handshakes() {
    const std::lock_guard lock(mutex_);
    return std::count_if(lines_.begin(), lines_.end(),
                         [](const std::string& line) { return line.find("resumed") != std::string::npos; });
  }

  std::mutex mutex_;
  std::vector<std::string> lines_;
  Sandbox sandbox_ = Sandbox::start([this] {
                       SandboxOptions options;
                       options.log = [this](std::string_view line) {
                         const std::lock_guard lock(mutex_);
                         lines_.emplace_back(line);
                       };
                       return options;
                     }())
                         .value();
  ClientOptions options_ = sandbox_.client_options();
  std::optional<ConnectClient> client_;
};

TEST_F(Connections, WarmingUpLeavesNothingToDoForTheFirstCall) {
  const auto status = client().warm_up();
  ASSERT_THAT(status, IsOk());
  EXPECT_TRUE(status->token_left);
  EXPECT_EQ(sandbox_.counters().token_requests, 1U);
  expect_reuse(client().send(list_jobs()), true);
  EXPECT_EQ(sandbox_.counters().api_handshakes, 1U);
  EXPECT_EQ(sandbox_.counters().token_requests, 1U);
}

TEST_F(Connections, WarmingUpSendsNoRequestToTheApi) {
  ASSERT_THAT(client().warm_up(), IsOk());
  ASSERT_THAT(client().warm_up(multiplexed()), IsOk());
  ASSERT_THAT(client().get("/jobs"), IsOk());
  ASSERT_THAT(send_future(client(), list_jobs()).get(), IsOk());
  EXPECT_EQ(sandbox_.counters().api_requests, 2U);
  EXPECT_EQ(sandbox_.counters().api_refused, 0U);
}

TEST_F(Connections, WarmingUpForCallsThatShareAThread) {
  ASSERT_THAT(client().warm_up(multiplexed()), IsOk());
  expect_reuse(send_future(client(), list_jobs()).get(), true);
  EXPECT_EQ(sandbox_.counters().api_handshakes, 1U);
  EXPECT_EQ(sandbox_.counters().token_requests, 1U);
}

TEST_F(Connections, WarmingUpAgainCostsNothing) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(client().warm_up(), IsOk());
    ASSERT_THAT(client().warm_up(multiplexed()), IsOk());
  }
  expect_reuse(client().send(list_jobs()), true);  // and the server has noticed by now that its handshakes have ended
  expect_reuse(send_future(client(), list_jobs()).get(), true);
  EXPECT_EQ(sandbox_.counters().api_handshakes, 2U);
  EXPECT_EQ(sandbox_.counters().token_requests, 1U);
}

TEST_F(Connections, WarmingUpTellsOfARefusedOAuthClient) {
  options_.credentials.oauth_client.secret = Secret("canary-secret");
  EXPECT_THAT(client().warm_up(), AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(Factor::kOAuthClient)));
  EXPECT_THAT(client().warm_up(multiplexed()), IsError(ErrorCode::kTokenRefused));
}

TEST_F(Connections, WarmingUpTellsOfAServerThatIsNotTrusted) {
  const Sandbox other = Sandbox::start().value();
  options_.environment.api_url = other.url(SandboxHost::kApi);
  EXPECT_THAT(client().warm_up(), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kServerCertificate)));
  EXPECT_THAT(client().warm_up(multiplexed()), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kServerCertificate)));
}

TEST_F(Connections, WarmingUpCanBeCancelled) {
  const CancellationSource source;
  source.cancel();
  WarmUpOptions cancelled = multiplexed();
  cancelled.cancellation = source.token();
  EXPECT_THAT(client().warm_up(cancelled), IsError(ErrorCode::kCancelled));
  cancelled.multiplexed = false;
  EXPECT_THAT(client().warm_up(cancelled), IsError(ErrorCode::kCancelled));
}

TEST_F(Connections, WarmingUpHasADeadline) {
  SandboxFault slow;
  slow.delay = 1h;
  sandbox_.inject(SandboxHost::kOAuth, slow);
  WarmUpOptions hurried;
  hurried.timeout = 100ms;
  EXPECT_THAT(client().warm_up(hurried), IsError(ErrorCode::kTimeout));
}

TEST_F(Connections, ThoseThatWereIdleForTooLongAreLeft) {
  options_.connections.idle_timeout = 3s;
  expect_reuse(client().send(list_jobs()), false);
  expect_reuse(client().send(list_jobs()), true);
  std::this_thread::sleep_for(3100ms);
  expect_reuse(client().send(list_jobs()), false);
}

TEST_F(Connections, TheOneAfterAnOldOneResumesItsTlsSession) {
  options_.connections.lifetime = 1s;
  expect_reuse(client().send(list_jobs()), false);
  std::this_thread::sleep_for(1100ms);
  expect_reuse(client().send(list_jobs()), false);
  EXPECT_EQ(resumed_handshakes(), 1);
}

TEST_F(Connections, NoneIsKeptWhenNoneMayBeIdle) {
  options_.connections.max_idle = 0;
  for (int i = 0; i < 2; ++i) {
    expect_reuse(client().send(list_jobs()), false);
    expect_reuse(send_future(client(), list_jobs()).get(), false);
  }
  EXPECT_EQ(sandbox_.counters().api_handshakes, 4U);
}

TEST_F(Connections, APostWithoutABodyUsesTheOneThatIsThere) {
  expect_reuse(client().send(list_jobs()), false);
  for (int i = 0; i < 3; ++i) static_cast<void>(client().send({Method::kPost, "/jobs/single-file", {}, {}}));
  expect_reuse(client().send(list_jobs()), true);
  EXPECT_EQ(sandbox_.counters().api_handshakes, 1U);
}

TEST_F(Connections, ThoseThatAreTooOldAreLeft) {
  options_.connections.lifetime = 1s;
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (sandbox_.counters().api_handshakes < 2 && std::chrono::steady_clock::now() < end) {
    ASSERT_THAT(client().send(list_jobs()), IsOk());
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(sandbox_.counters().api_handshakes, 2U);
}

}  // namespace
}  // namespace easypost_connect
