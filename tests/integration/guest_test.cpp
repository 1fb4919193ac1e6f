// SPDX-License-Identifier: Apache-2.0
// A library is a guest in its process: signals, fork.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

namespace easypost_connect {
namespace {

using Handler = void (*)(int);

std::array<Handler, 32> signal_handlers() {
  std::array<Handler, 32> handlers{};
  for (std::size_t number = 1; number < handlers.size(); ++number) {
    struct sigaction action {};
    if (sigaction(static_cast<int>(number), nullptr, &action) == 0) handlers[number] = action.sa_handler;
  }
  return handlers;
}

TEST(Guest, LeavesAllSignalHandlersAsTheyWere) {
  const auto sandbox = Sandbox::start().value();
  const auto before = signal_handlers();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  ASSERT_TRUE(client.get("/jobs"));
  EXPECT_EQ(signal_handlers(), before);
}

TEST(Guest, SurvivesBrokenConnectionsWithoutASignal) {
  auto sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  struct sigaction deadly {};
  deadly.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &deadly, nullptr);
  // Servers that hang up while 8 MB are being sent to them make the next write fail.
  const std::string large(8'000'000, 'x');
  for (int i = 0; i < 10; ++i) {
    std::thread hang_up([&sandbox] {
      for (int j = 0; j < 20; ++j) sandbox.close_connections();
    });
    CallOptions options;
    options.timeout = std::chrono::seconds(5);
    static_cast<void>(client.post("/jobs/single-file", large, options).has_value());
    hang_up.join();
  }
  EXPECT_TRUE(client.get("/jobs"));
}

/// What a child process answers; it must not come back into the test runner.
template <typename Work>
int in_child(const Work& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work() ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Guest, AChildProcessCallsOnConnectionsOfItsOwn) {
  const auto sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  ASSERT_TRUE(client.get("/jobs"));
  EXPECT_EQ(sandbox.counters().api_handshakes, 1U);

  EXPECT_EQ(in_child([&client] { return client.get("/jobs").has_value() && client.get("/jobs").has_value(); }), 0);
  EXPECT_EQ(sandbox.counters().api_handshakes, 2U);
  EXPECT_EQ(sandbox.counters().token_requests, 2U);

  ASSERT_TRUE(client.get("/jobs"));
  EXPECT_EQ(sandbox.counters().api_handshakes, 2U) << "the child touched its parent's connection";
}

TEST(Guest, AChildProcessMayDestroyTheClientUnused) {
  const auto sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  ASSERT_TRUE(client.get("/jobs"));
  EXPECT_EQ(in_child([&client] {
              const ConnectClient destroyed = std::move(client);
              return true;
            }),
            0);
  ASSERT_TRUE(client.get("/jobs"));
  EXPECT_EQ(sandbox.counters().api_handshakes, 1U) << "the child closed its parent's connection";
}

// Other threads may exist, and have called. They are not inside a call: OpenSSL does not reset its locks in a child,
// and one that was held at the fork (seen: that of its random generator) stays held there for ever.
TEST(Guest, AChildOfAProcessWithManyThreadsIsNotStuck) {
  const auto sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  std::promise<void> forked;
  const auto done = forked.get_future().share();
  std::vector<std::future<void>> idle;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    std::promise<void> called;
    idle.push_back(called.get_future());
    threads.emplace_back([&client, done, called = std::move(called)]() mutable {
      EXPECT_TRUE(client.get("/jobs"));
      called.set_value();
      done.wait();
    });
  }
  for (auto& call : idle) call.wait();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(in_child([&client] {
                alarm(60);
                return client.get("/jobs").has_value();
              }),
              0);
  }
  forked.set_value();
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace easypost_connect
