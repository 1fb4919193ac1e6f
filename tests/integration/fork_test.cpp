// SPDX-License-Identifier: Apache-2.0
// A library is a guest in its process: a child of fork() starts clean.
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/async.hpp>
#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>

#include "sandbox_process.hpp"
#include "temporary_folder.hpp"

namespace easypost_connect {
namespace {

/// A child that is stuck is ended after this time, and counts as failed.
constexpr unsigned kPatienceSeconds = 60;

/// Tells whether `work` succeeds in a child process, which must not come back into the test runner.
template <typename Work>
bool in_child(const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(kPatienceSeconds);
    // _exit() would not do: thread sanitizer would report there the parent's threads, which a child cannot join.
    syscall(SYS_exit_group, work() ? 0 : 1);
  }
  int status = -1;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct TokenRequests : Observer {
  void token_fetched(const TokenEvent& /*event*/) noexcept override { ++count; }
  std::atomic<int> count{0};
};

class Fork : public ::testing::Test {
 protected:
  Fork() {
    auto options = sandbox.client_options();
    options.observer = token_requests;
    // The client has a thread of its own at work at any moment.
    auto& key = options.credentials.client_certificate.private_key;
    key = TlsMaterial::file(folder.write("client.key", std::string(key.content().expose())));
    options.reload.watch_interval = std::chrono::milliseconds(1);
    client = std::make_unique<ConnectClient>(ConnectClient::create(std::move(options)).value());
  }

  [[nodiscard]] bool call() const { return client->get("/jobs").has_value(); }
  [[nodiscard]] bool call_reuses_connection() const { return client->get("/jobs").value().connection_reused; }

  const testing::SandboxProcess sandbox;
  const test_support::TemporaryFolder folder;
  const std::shared_ptr<TokenRequests> token_requests = std::make_shared<TokenRequests>();
  std::unique_ptr<ConnectClient> client;
};

TEST_F(Fork, ChildCallsOnAConnectionAndATokenOfItsOwn) {
  ASSERT_TRUE(call());
  EXPECT_TRUE(in_child([this] { return !call_reuses_connection() && call_reuses_connection(); }));
  EXPECT_TRUE(in_child([this] { return call() && token_requests->count == 2; }));
  EXPECT_TRUE(call_reuses_connection()) << "the child touched its parent's connection";
}

TEST_F(Fork, ChildHasAnIoThreadOfItsOwn) {
  const auto call_on_io_thread = [this] { return send_future(*client, {Method::kGet, "/jobs", {}, {}}).get(); };
  ASSERT_TRUE(call_on_io_thread());
  EXPECT_TRUE(in_child([&] { return !call_on_io_thread().value().connection_reused; }));
  EXPECT_TRUE(call_on_io_thread().value().connection_reused) << "the child touched its parent's connection";
}

TEST_F(Fork, ChildMayDestroyTheClientUnused) {
  ASSERT_TRUE(call());
  EXPECT_TRUE(in_child([this] {
    client.reset();
    return true;
  }));
  EXPECT_TRUE(call_reuses_connection()) << "the child closed its parent's connection";
}

// The other threads have called, but are not inside a call: OpenSSL does not reset its locks in a child, and one that
// was held at the fork (seen: that of its random generator) stays held there for ever.
TEST_F(Fork, ChildOfAProcessWithManyThreadsIsNotStuck) {
  std::promise<void> forked;
  const auto done = forked.get_future().share();
  std::vector<std::future<void>> idle;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    std::promise<void> called;
    idle.push_back(called.get_future());
    threads.emplace_back([this, done, called = std::move(called)]() mutable {
      EXPECT_TRUE(call());
      called.set_value();
      done.wait();
    });
  }
  for (auto& thread_is_idle : idle) thread_is_idle.wait();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(in_child([this] { return call(); }));
  forked.set_value();
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace easypost_connect
