// SPDX-License-Identifier: Apache-2.0
// Memory fails once in an asynchronous call, on its caller's thread or on the client's own. Each call ends once, and
// the client can be used further.
#include <coroutine>
#include <exception>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <easypost_connect/async.hpp>
#include <easypost_connect/coroutine.hpp>

#include "result_matchers.hpp"
#include "sweep.hpp"
#include "with_sandbox.hpp"

namespace easypost_connect::test_support {
namespace {

using Thread = FailingMemory::Thread;
using ::testing::AnyOf;

/// Keeps the outcomes of the calls under way. Needs no memory when an answer comes.
class Answers {
 public:
  explicit Answers(std::size_t count) : answers_(count) {
    for (auto& answer : answers_) futures_.push_back(answer.promise.get_future());
  }

  [[nodiscard]] Completion completion(std::size_t index) {
    return [this, index](Result<Response> result) {
      ++answers_[index].count;
      answers_[index].promise.set_value(std::move(result));
    };
  }

  /// Expects that each call has ended, with success or for want of memory.
  void expect_all() {
    for (auto& future : futures_) EXPECT_THAT(future.get(), AnyOf(IsOk(), Says("Out of memory.")));
    for (const auto& answer : answers_) EXPECT_EQ(answer.count, 1);
  }

 private:
  struct Answer {
    std::promise<Result<Response>> promise;
    int count = 0;
  };
  std::vector<Answer> answers_;
  std::vector<std::future<Result<Response>>> futures_;
};

class AsynchronousMemory : public WithSandbox {
 protected:
  /// Starts three calls at once, in which memory fails, and makes another one.
  static bool three_calls(ConnectClient& client, Thread thread, long nth) {
    constexpr std::size_t kCalls = 3;
    Answers answers(kCalls);
    std::vector<Request> requests(kCalls);
    std::vector<Completion> completions;
    for (std::size_t i = 0; i < kCalls; ++i) {
      requests[i].path = "/jobs";
      completions.push_back(answers.completion(i));
    }
    const bool failed = with_failing_memory(thread, nth, [&] {
      for (std::size_t i = 0; i < kCalls; ++i) client.send_async(std::move(requests[i]), std::move(completions[i]));
      if (thread == Thread::kAnyOther) answers.expect_all();
    });
    if (thread == Thread::kThis) answers.expect_all();
    EXPECT_THAT(send_future(client, {Method::kGet, "/jobs"}).get(), IsOk());
    return failed;
  }
};

TEST_F(AsynchronousMemory, FailsForOneCallOnItsCallersThread) {
  sweep([](long nth) {
    auto client = ConnectClient::create(options()).value();
    EXPECT_THAT(client.get("/jobs"), IsOk());
    return three_calls(client, Thread::kThis, nth);
  });
}

TEST_F(AsynchronousMemory, FailsForOneCallOnTheIoThread) {
  sweep([](long nth) {
    auto client = ConnectClient::create(options()).value();
    EXPECT_THAT(client.get("/jobs"), IsOk());  // there is a token
    return three_calls(client, Thread::kAnyOther, nth);
  });
}

TEST_F(AsynchronousMemory, FailsForTheTokenOfTheFirstCalls) {
  sweep(
      [](long nth) {
        auto client = ConnectClient::create(options()).value();
        return three_calls(client, Thread::kAnyOther, nth);
      },
      3);
}

/// A call for which start() throws was not started.
TEST_F(AsynchronousMemory, FailsForOneCallOfABatch) {
  for (const Thread thread : {Thread::kThis, Thread::kAnyOther}) {
    sweep([thread](long nth) {
      auto client = ConnectClient::create(options()).value();
      EXPECT_THAT(client.get("/jobs"), IsOk());
      std::size_t started = 0;
      std::size_t taken = 0;
      bool failed = false;
      {
        Batch batch(client);
        const FailingMemory memory(thread, nth);
        try {
          for (; started < 3; ++started) batch.start({Method::kGet, "/jobs"});
        } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
        }
        for (; batch.open() > 0; ++taken) static_cast<void>(batch.take());
        failed = FailingMemory::has_failed();
      }
      EXPECT_EQ(taken, started);
      EXPECT_THAT(client.get("/jobs"), IsOk());
      return failed;
    });
  }
}

/// Returns nothing when send_future() throws: the call was not started.
std::optional<Result<Response>> ask_for_a_future(ConnectClient& client, const Request& request) try {
  return send_future(client, request).get();
} catch (const std::bad_alloc&) {
  return std::nullopt;
}

struct Coroutine {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language wants this name
    Coroutine get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

using Answer = std::promise<std::optional<Result<Response>>>;

/// Answers nothing when co_await throws: the call was not started.
Coroutine await(ConnectClient& client, const Request& request, Answer& answer) {
  std::optional<Result<Response>> result;
  try {
    result = co_await co_send(client, request);
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
  }
  answer.set_value(std::move(result));
}

std::optional<Result<Response>> ask_in_a_coroutine(ConnectClient& client, const Request& request) try {
  Answer answer;
  await(client, request, answer);
  return answer.get_future().get();
} catch (const std::bad_alloc&) {  // no coroutine was made
  return std::nullopt;
}

TEST_F(AsynchronousMemory, FailsForOneFutureAndOneCoroutine) {
  const Request request{Method::kGet, "/jobs", {}, {}};
  for (auto* const ask : {ask_for_a_future, ask_in_a_coroutine}) {
    for (const Thread thread : {Thread::kThis, Thread::kAnyOther}) {
      sweep([&](long nth) {
        auto client = ConnectClient::create(options()).value();
        EXPECT_THAT(client.get("/jobs"), IsOk());
        std::optional<Result<Response>> answer;
        const bool failed = with_failing_memory(thread, nth, [&] { answer = ask(client, request); });
        EXPECT_THAT(answer.value_or(Response{}), AnyOf(IsOk(), Says("Out of memory.")));
        EXPECT_THAT(client.get("/jobs"), IsOk());
        return failed;
      });
    }
  }
}

TEST_F(AsynchronousMemory, FailsAtTheEndOfTheClient) {
  sweep([](long nth) {
    auto client = std::make_unique<ConnectClient>(ConnectClient::create(options()).value());
    EXPECT_THAT(send_future(*client, {Method::kGet, "/jobs"}).get(), IsOk());
    return with_failing_memory(Thread::kAnyOther, nth, [&] { client.reset(); });
  });
}

}  // namespace
}  // namespace easypost_connect::test_support
