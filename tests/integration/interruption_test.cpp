// SPDX-License-Identifier: Apache-2.0
// Calls that somebody ends: cancelled, out of time, or left behind by their client.
#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>
#include <easypost_connect/sandbox.hpp>

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Tells the test when a call has got that far.
class Milestones final : public Observer {
 public:
  void attempt_started(const AttemptEvent&) noexcept override { reach(attempt); }
  void retry_scheduled(const RetryEvent&) noexcept override { reach(pause); }

  std::promise<void> attempt;
  std::promise<void> pause;

 private:
  static void reach(std::promise<void>& milestone) noexcept {
    try {
      milestone.set_value();
    } catch (const std::future_error&) {  // reached before
    }
  }
};

class Interruption : public ::testing::Test {
 protected:
  Interruption() {
    auto options = sandbox_.client_options();
    options.observer = milestones_;
    options.retry.first_pause = 10s;
    options.retry.longest_pause = 10s;
    client_.emplace(ConnectClient::create(options).value());
  }

  void stall(SandboxHost host) {
    SandboxFault fault;
    fault.delay = 5s;
    sandbox_.inject(host, fault);
  }

  std::future<Result<Response>> call_in_background() {
    return std::async(std::launch::async, [this] {
      CallOptions options;
      options.cancellation = cancellation_.token();
      return client_->get("/jobs", options);
    });
  }

  /// Cancels, and says how long the call took to notice.
  Clock::duration cancel(std::future<Result<Response>>& call) {
    const auto start = Clock::now();
    cancellation_.cancel();
    const auto response = call.get();
    const auto duration = Clock::now() - start;
    EXPECT_FALSE(response);
    if (!response) {
      EXPECT_EQ(response.error().code, ErrorCode::kCancelled) << response.error().describe();
    }
    return duration;
  }

  Sandbox sandbox_ = Sandbox::start().value();
  std::shared_ptr<Milestones> milestones_ = std::make_shared<Milestones>();
  std::optional<ConnectClient> client_;
  CancellationSource cancellation_;
};

constexpr auto kPromptly = 50ms;

TEST_F(Interruption, CancelEndsABlockedRead) {
  stall(SandboxHost::kApi);
  auto call = call_in_background();
  milestones_->attempt.get_future().wait();
  EXPECT_LT(cancel(call), kPromptly);
}

TEST_F(Interruption, CancelEndsThePauseBeforeARetry) {
  SandboxFault unavailable;
  unavailable.status = 503;
  unavailable.headers = {{"retry-after", "20"}};
  sandbox_.inject(SandboxHost::kApi, unavailable);
  auto call = call_in_background();
  milestones_->pause.get_future().wait();
  EXPECT_LT(cancel(call), kPromptly);
  EXPECT_EQ(sandbox_.counters().api_requests, 1U);
}

TEST_F(Interruption, CancelEndsTheWaitForATokenButNotItsFlight) {
  SandboxFault fault;
  fault.delay = 300ms;
  fault.body = R"({"access_token":"not-yet","expires_in":60})";
  sandbox_.inject(SandboxHost::kOAuth, fault);
  auto call = call_in_background();
  while (sandbox_.counters().token_requests == 0) std::this_thread::yield();
  EXPECT_LT(cancel(call), kPromptly);
  // The next call gets the token of the flight that went on; the sandbox never issued it, so one more token is needed.
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
  SandboxFault slow_token;
  slow_token.delay = 5s;
  sandbox_.inject(SandboxHost::kOAuth, slow_token);
  CallOptions options;
  options.timeout = 100ms;
  const auto start = Clock::now();
  const auto response = client_->get("/jobs", options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTimeout);
  EXPECT_LT(Clock::now() - start, 2s);
}

TEST_F(Interruption, APauseThatWouldPassTheDeadlineIsNotStarted) {
  SandboxFault unavailable;
  unavailable.status = 503;
  unavailable.headers = {{"retry-after", "20"}};
  sandbox_.inject(SandboxHost::kApi, unavailable);
  CallOptions options;
  options.timeout = 2s;
  const auto start = Clock::now();
  const auto response = client_->get("/jobs", options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().seen.http_status, 503);
  EXPECT_LT(Clock::now() - start, 1s);
}

TEST_F(Interruption, DestroyingTheClientEndsTheCallsUnderWay) {
  stall(SandboxHost::kApi);
  auto call = call_in_background();
  milestones_->attempt.get_future().wait();
  const auto start = Clock::now();
  client_.reset();
  const auto response = call.get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kCancelled);
  EXPECT_LT(Clock::now() - start, 1s);
}

TEST_F(Interruption, DestroyingTheClientEndsAnUnfinishedTokenRequest) {
  stall(SandboxHost::kOAuth);
  auto call = call_in_background();
  while (sandbox_.counters().token_requests == 0) std::this_thread::yield();
  const auto start = Clock::now();
  cancel(call);
  client_.reset();
  EXPECT_LT(Clock::now() - start, 1s);
}

}  // namespace
}  // namespace easypost_connect
