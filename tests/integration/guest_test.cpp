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

}  // namespace
}  // namespace easypost_connect
