// SPDX-License-Identifier: Apache-2.0
// Calls that somebody ends: cancelled, out of time, or left behind by their client.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
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

/// Tells the test how far its calls have got.
class Milestones final : public Observer {
 public:
  void attempt_started(const AttemptEvent&) noexcept override { count(attempts_); }
  void retry_scheduled(const RetryEvent&) noexcept override { count(pauses_); }

  void wait_for_attempt(int number) { wait_for(attempts_, number); }
  void wait_for_pause(int number) { wait_for(pauses_, number); }

 private:
  void count(int& milestone) noexcept {
    const std::lock_guard lock(mutex_);
    ++milestone;
    reached_.notify_all();
  }
  void wait_for(const int& milestone, int number) {
    std::unique_lock lock(mutex_);
    reached_.wait(lock, [&] { return milestone >= number; });
  }

  std::mutex mutex_;
  std::condition_variable reached_;
  int attempts_ = 0;
  int pauses_ = 0;
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
    cancellation_ = CancellationSource();
    return duration;
  }

  /// A busy machine may hold up any single try; what the client needs is what the best one takes.
  static void expect_prompt(const std::function<Clock::duration(int)>& try_once) {
    auto best = Clock::duration::max();
    for (int number = 1; number <= 5 && best >= kPromptly; ++number) best = std::min(best, try_once(number));
    EXPECT_LT(best, kPromptly);
  }

  static constexpr auto kPromptly = 50ms;
  Sandbox sandbox_ = Sandbox::start().value();
  std::shared_ptr<Milestones> milestones_ = std::make_shared<Milestones>();
  std::optional<ConnectClient> client_;
  CancellationSource cancellation_;
};

TEST_F(Interruption, CancelEndsABlockedRead) {
  expect_prompt([this](int number) {
    stall(SandboxHost::kApi);
    auto call = call_in_background();
    milestones_->wait_for_attempt(number);
    return cancel(call);
  });
}

TEST_F(Interruption, CancelEndsThePauseBeforeARetry) {
  expect_prompt([this](int number) {
    SandboxFault unavailable;
    unavailable.status = 503;
    unavailable.headers = {{"retry-after", "20"}};
    sandbox_.inject(SandboxHost::kApi, unavailable);
    auto call = call_in_background();
    milestones_->wait_for_pause(number);
    return cancel(call);
  });
}

TEST_F(Interruption, CancelEndsTheWaitForATokenButNotItsFlight) {
  SandboxFault slow;
  slow.delay = 500ms;
  slow.body = R"({"access_token":"not-yet","expires_in":60})";
  sandbox_.inject(SandboxHost::kOAuth, slow);
  expect_prompt([this](int /*number*/) {
    auto call = call_in_background();
    while (sandbox_.counters().token_requests == 0) std::this_thread::yield();
    return cancel(call);
  });
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
  EXPECT_LT(Clock::now() - start, 4s);
}

TEST_F(Interruption, APauseThatWouldPassTheDeadlineIsNotStarted) {
  SandboxFault unavailable;
  unavailable.status = 503;
  unavailable.headers = {{"retry-after", "20"}};
  sandbox_.inject(SandboxHost::kApi, unavailable);
  CallOptions options;
  options.timeout = 15s;
  const auto start = Clock::now();
  const auto response = client_->get("/jobs", options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().seen.http_status, 503);
  EXPECT_LT(Clock::now() - start, 4s);
}

TEST_F(Interruption, DestroyingTheClientEndsTheCallsUnderWay) {
  stall(SandboxHost::kApi);
  auto call = call_in_background();
  milestones_->wait_for_attempt(1);
  const auto start = Clock::now();
  client_.reset();
  const auto response = call.get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kCancelled);
  EXPECT_LT(Clock::now() - start, 4s);
}

TEST_F(Interruption, DestroyingTheClientEndsAnUnfinishedTokenRequest) {
  stall(SandboxHost::kOAuth);
  auto call = call_in_background();
  while (sandbox_.counters().token_requests == 0) std::this_thread::yield();
  const auto start = Clock::now();
  cancel(call);
  client_.reset();
  EXPECT_LT(Clock::now() - start, 4s);
}

}  // namespace
}  // namespace easypost_connect
