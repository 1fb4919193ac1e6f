// SPDX-License-Identifier: Apache-2.0
// Needs C++20, and a program of its own for that.
#include <easypost_connect/coroutine.hpp>

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

TEST_F(Coroutine, MakesOneCallAfterTheOtherOnTheIoThread) {
  std::thread::id last_thread;
  const auto last = ten_calls(client_, last_thread).result.get();
  ASSERT_TRUE(last) << last.error().describe();
  EXPECT_NE(last_thread, std::this_thread::get_id());
  EXPECT_EQ(sandbox_.counters().api_requests, 10U);
}

}  // namespace
}  // namespace easypost_connect
