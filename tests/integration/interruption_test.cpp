// SPDX-License-Identifier: Apache-2.0
// Somebody ends these calls: they are cancelled, out of time, or left behind by their client.
#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "recording_observer.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using namespace test_support;

class Interruption : public ::testing::Test {
 protected:
  Interruption() {
    auto options = sandbox_.client_options();
    options.observer = events_;
    options.retry.first_pause = 10s;
    options.retry.longest_pause = 10s;
    client_.emplace(ConnectClient::create(options).value());
  }

  void stall(SandboxHost host) {
    SandboxFault fault;
    fault.delay = 1h;
    sandbox_.inject(host, fault);
  }

  void refuse_for(std::chrono::seconds time) {
    SandboxFault unavailable;
    unavailable.status = 503;
    unavailable.headers = {{"retry-after", std::to_string(time.count())}};
    sandbox_.inject(SandboxHost::kApi, unavailable);
  }

  std::future<Result<Response>> call_in_background() {
    return std::async(std::launch::async, [this] {
      CallOptions options;
      options.cancellation = cancellation_.token();
      options.timeout = 2h;
      return client_->get("/jobs", options);
    });
  }

  /// Cancels. A call that does not notice goes on for an hour, and the test with it.
  void cancel(std::future<Result<Response>>& call) {
    cancellation_.cancel();
    const auto response = call.get();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::kCancelled) << response.error().describe();
  }

  Sandbox sandbox_ = Sandbox::start().value();
  std::shared_ptr<RecordingObserver> events_ = std::make_shared<RecordingObserver>();
  std::optional<ConnectClient> client_;
  CancellationSource cancellation_;
};

TEST_F(Interruption, CancelEndsABlockedRead) {
  stall(SandboxHost::kApi);
  auto call = call_in_background();
  ASSERT_TRUE(events_->wait_for("attempt_started"));
  cancel(call);
}

TEST_F(Interruption, CancelEndsThePauseBeforeARetry) {
  refuse_for(1h);
  auto call = call_in_background();
  ASSERT_TRUE(events_->wait_for("retry_scheduled"));
  cancel(call);
}

TEST_F(Interruption, CancelEndsTheWaitForATokenButNotItsFetch) {
  SandboxFault slow;
  slow.delay = 500ms;
  slow.body = R"({"access_token":"not-yet","expires_in":60})";
  sandbox_.inject(SandboxHost::kOAuth, slow);
  auto call = call_in_background();
  while (sandbox_.counters().token_requests == 0) std::this_thread::yield();
  cancel(call);
  // The next call gets the token of the fetch that went on; the sandbox never issued it, so one more token is needed.
  EXPECT_TRUE(client_->get("/jobs"));
  EXPECT_EQ(sandbox_.counters().token_requests, 2U);
}

TEST_F(Interruption, ACallThatWasCancelledBeforehandSendsNothing) {
  ASSERT_TRUE(client_->get("/jobs"));
  cancellation_.cancel();
  auto call = call_in_background();
  EXPECT_EQ(call.get().error().code, ErrorCode::kCancelled);
  EXPECT_EQ(sandbox_.counters().api_requests, 1U);
}

TEST_F(Interruption, OneDeadlineCoversTokenAndAttempts) {
  stall(SandboxHost::kOAuth);
  CallOptions options;
  options.timeout = 100ms;
  const auto response = client_->get("/jobs", options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTimeout);
}

TEST_F(Interruption, APauseThatWouldPassTheDeadlineIsNotStarted) {
  refuse_for(1h);
  CallOptions options;
  options.timeout = 30min;
  const auto response = client_->get("/jobs", options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().seen.http_status, 503);
}

TEST_F(Interruption, DestroyingTheClientEndsTheCallsUnderWay) {
  stall(SandboxHost::kApi);
  auto call = call_in_background();
  ASSERT_TRUE(events_->wait_for("attempt_started"));
  client_.reset();
  const auto response = call.get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kCancelled);
}

TEST_F(Interruption, DestroyingTheClientEndsAnUnfinishedTokenRequest) {
  stall(SandboxHost::kOAuth);
  auto call = call_in_background();
  while (sandbox_.counters().token_requests == 0) std::this_thread::yield();
  cancel(call);
  client_.reset();
}

}  // namespace
}  // namespace easypost_connect
