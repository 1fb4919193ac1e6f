// SPDX-License-Identifier: Apache-2.0
// These clients end on threads of their own, before real servers. The table of all functions in which they may is in
// unit/facade/client_lives_test.cpp.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>
#include <easypost_connect/sandbox.hpp>

#include "result_matchers.hpp"

namespace easypost_connect {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AnyOf;

class Lives : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.observer = std::make_shared<Observer>();
    client_ = std::make_shared<ConnectClient>(ConnectClient::create(options_).value());
  }

  /// Starts a call whose answer takes a while, and lets go of the client: the call's functions are the last to own it.
  std::future<Result<Response>> call(
      Request request, std::function<void()> in_completion = [] {}) {
    SandboxFault slow;
    slow.delay = 100ms;
    slow.body = "{}";
    sandbox_.inject(SandboxHost::kApi, slow);
    const auto ended = std::make_shared<std::promise<Result<Response>>>();
    client_->send_async(std::move(request), [ended, act = std::move(in_completion)](Result<Response> result) {
      act();
      ended->set_value(std::move(result));
    });
    client_.reset();
    return ended->get_future();
  }

  /// Waits until the last thread of the client is gone, and all that it used.
  void wait_until_nothing_is_left() const {
    while (options_.observer.use_count() > 1) std::this_thread::yield();
  }

  Sandbox sandbox_ = Sandbox::start().value();
  ClientOptions options_ = sandbox_.client_options();
  std::shared_ptr<ConnectClient> client_;
};

Request list_jobs() { return {Method::kGet, "/jobs", {}, {}}; }

TEST_F(Lives, EndWithACompletionThatOwnsTheClient) {
  EXPECT_THAT(call(list_jobs(), [client = client_] {}).get(), IsOk());
  wait_until_nothing_is_left();
}

TEST_F(Lives, EndInACompletion) {
  auto owner = std::make_shared<std::shared_ptr<ConnectClient>>(client_);
  EXPECT_THAT(call(list_jobs(), [owner] { owner->reset(); }).get(), IsOk());
  wait_until_nothing_is_left();
}

TEST_F(Lives, EndWithASinkThatOwnsTheClient) {
  Request request = list_jobs();
  request.options.sink = BodySink::to_function([client = client_](std::string_view) -> Result<void> { return {}; });
  EXPECT_THAT(call(std::move(request)).get(), IsOk());
  wait_until_nothing_is_left();
}

TEST_F(Lives, EndInASink) {
  Request request = list_jobs();
  request.options.sink = BodySink::to_function([owner = client_](std::string_view) mutable -> Result<void> {
    owner.reset();
    return {};
  });
  const auto result = call(std::move(request)).get();
  EXPECT_THAT(result, AnyOf(IsOk(), IsError(ErrorCode::kCancelled)));
  wait_until_nothing_is_left();
}

TEST_F(Lives, EndInTheReaderOfABody) {
  Request request{Method::kPost, "/jobs/single-file", {}, {}};
  request.body = Body::from_function([owner = client_](char*, std::size_t) mutable {
    owner.reset();
    return std::size_t{0};
  });
  EXPECT_THAT(call(std::move(request)).get(), IsError(ErrorCode::kCancelled));
  wait_until_nothing_is_left();
}

TEST_F(Lives, EndOnReplacedCredentials) {
  const CancellationSource source;
  Request unanswered = list_jobs();
  unanswered.options.cancellation = source.token();
  SandboxFault for_ever;
  for_ever.delay = 1h;
  sandbox_.inject(SandboxHost::kApi, for_ever);
  const auto owner = std::make_shared<std::shared_ptr<ConnectClient>>(client_);
  auto ended = call(std::move(unanswered), [owner] { owner->reset(); });
  EXPECT_THAT((*owner)->reload(sandbox_.rotate_credentials()), IsOk());
  source.cancel();
  EXPECT_THAT(ended.get(), IsError(ErrorCode::kCancelled));
  wait_until_nothing_is_left();
}

/// Returns a client that only the end of the process destroys.
std::shared_ptr<ConnectClient>& client_of_the_process() {
  static std::shared_ptr<ConnectClient> client;
  return client;
}

TEST_F(Lives, EndAtTheExitThatACompletionCalls) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // the process has threads
  const auto exit_in_a_completion = [&] {
    client_of_the_process() = client_;
    static_cast<void>(call(list_jobs(), [] { std::exit(7); }).get());  // NOLINT(concurrency-mt-unsafe)
  };
  EXPECT_EXIT(exit_in_a_completion(), ::testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace easypost_connect
