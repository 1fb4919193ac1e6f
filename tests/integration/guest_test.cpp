// SPDX-License-Identifier: Apache-2.0
// A library is a guest in its process: it leaves signals alone.
#include <array>
#include <csignal>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/sandbox.hpp>

#include "wire_server.hpp"

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

/// Makes the process die of SIGPIPE, as a program does that never thought of it.
void make_sigpipe_deadly() {
  struct sigaction deadly {};
  deadly.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &deadly, nullptr);
}

TEST(Guest, SurvivesBrokenConnectionsWithoutASignal) {
  auto sandbox = Sandbox::start().value();
  auto client = ConnectClient::create(sandbox.client_options()).value();
  make_sigpipe_deadly();
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

/// A server that closes a connection on which there is something to read resets it, and OpenSSL writes to what is gone.
TEST(Guest, SurvivesServersThatResetAnUpload) {
  test_support::WireServer server([](test_support::Wire& wire) {
    wire.read_head();
    wire.read(100'000);
  });
  auto client = ConnectClient::create(server.client_options()).value();
  make_sigpipe_deadly();
  for (int i = 0; i < 15; ++i) {
    CallOptions options;
    options.max_attempts = 1;
    EXPECT_FALSE(client.upload(server.url() + "/big", std::string(4'000'000, 'x'), options));
  }
}

}  // namespace
}  // namespace easypost_connect
