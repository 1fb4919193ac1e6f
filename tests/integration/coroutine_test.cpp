// SPDX-License-Identifier: Apache-2.0
// Coroutines need C++20, and so a program of their own.
#include <easypost_connect/coroutine.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <easypost_connect/sandbox.hpp>

namespace easypost_connect {
namespace {

struct Task {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language wants this name
    Task get_return_object() { return {done.get_future()}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_value(Result<Response> answer) { done.set_value(std::move(answer)); }
    void unhandled_exception() { done.set_exception(std::current_exception()); }
    std::promise<Result<Response>> done;
  };
  std::future<Result<Response>> result;
};

class Coroutine : public ::testing::Test {
 protected:
  Sandbox sandbox_ = Sandbox::start().value();
  ConnectClient client_ = ConnectClient::create(sandbox_.client_options()).value();
};

Task one_call(ConnectClient& client, std::string path) {
  co_return co_await co_send(client, Method::kGet, std::move(path));
}

Task one_call(ConnectClient& client, Request request) { co_return co_await co_send(client, request); }

TEST_F(Coroutine, AwaitsAnAnswer) {
  const auto jobs = one_call(client_, "/jobs").result.get();
  ASSERT_TRUE(jobs) << jobs.error().describe();
  EXPECT_EQ(jobs->status, 200);
}

TEST_F(Coroutine, AwaitsAnErrorToo) {
  const auto missing = one_call(client_, "/jobs/none").result.get();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().seen.http_status, 404);
}

TEST_F(Coroutine, GoesOnAtOnceWhenTheRequestCannotBeSent) {
  const auto refused = one_call(client_, "no slash").result.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
}

Task ten_calls(ConnectClient& client, std::thread::id& last_thread) {
  const Request list_jobs{Method::kGet, "/jobs", {}, {}};
  for (int i = 1; i < 10; ++i) {
    auto result = co_await co_send(client, list_jobs);
    if (!result) co_return result;
  }
  auto last = co_await co_send(client, list_jobs);
  last_thread = std::this_thread::get_id();
  co_return last;
}

/// A coroutine that its starter owns, and may destroy at any co_await.
struct Owned {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language wants this name
    Owned get_return_object() { return Owned{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Owned wait_for_an_answer(ConnectClient& client, Request request, std::atomic<bool>& went_on) {
  static_cast<void>(co_await co_send(client, request));
  went_on = true;
}

class AbandonedCoroutine : public Coroutine {
 protected:
  AbandonedCoroutine() {
    auto options = sandbox_.client_options();
    options.async.max_pending = 1;  // the next call waits until this one has ended
    client_ = ConnectClient::create(std::move(options)).value();
    SandboxFault unanswered;
    unanswered.delay = std::chrono::hours(1);
    sandbox_.inject(SandboxHost::kApi, unanswered);
    endless_.options.timeout = std::chrono::hours(2);
  }

  /// Starts a coroutine whose call the server has seen.
  Owned start() {
    const auto started = wait_for_an_answer(client_, endless_, went_on_);
    while (sandbox_.counters().api_requests == 0) std::this_thread::yield();
    return started;
  }

  Request endless_{Method::kGet, "/jobs", {}, {}};
  std::atomic<bool> went_on_{false};
};

TEST_F(AbandonedCoroutine, CancelsItsCallAndDoesNotGoOn) {
  start().handle.destroy();
  const auto next = one_call(client_, "/jobs").result.get();
  EXPECT_TRUE(next) << next.error().describe();
  EXPECT_FALSE(went_on_);
}

TEST_F(AbandonedCoroutine, MayHaveACancellationOfItsOwn) {
  const CancellationSource source;
  endless_.options.cancellation = source.token();
  start().handle.destroy();
  EXPECT_TRUE(one_call(client_, "/jobs").result.get());
  source.cancel();
  EXPECT_FALSE(went_on_);
}

TEST_F(AbandonedCoroutine, MayOutliveTheClient) {
  const auto left = start();
  client_ = ConnectClient::create(sandbox_.client_options()).value();  // ends the call, and lets the coroutine go on
  EXPECT_TRUE(went_on_);
  left.handle.destroy();
}

TEST_F(Coroutine, IsCancelledByItsCaller) {
  const CancellationSource source;
  Request request{Method::kGet, "/jobs", {}, {}};
  request.options.cancellation = source.token();
  source.cancel();
  const auto cancelled = one_call(client_, request).result.get();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
}

TEST_F(Coroutine, MakesOneCallAfterTheOtherOnTheIoThread) {
  std::thread::id last_thread;
  const auto last = ten_calls(client_, last_thread).result.get();
  ASSERT_TRUE(last) << last.error().describe();
  EXPECT_NE(last_thread, std::this_thread::get_id());
  EXPECT_EQ(sandbox_.counters().api_requests, 10U);
}

}  // namespace
}  // namespace easypost_connect
