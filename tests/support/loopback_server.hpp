// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace easypost_connect::test_support {

/// Returns a new TCP socket.
[[nodiscard]] int make_socket();

/// Listens on a port of 127.0.0.1 and serves each connection on a thread of its own. All signals are blocked on it, so
/// that no SIGPIPE ends what writes with write(2).
class LoopbackServer {
 public:
  /// Is called for each connection, which is closed when it returns.
  using Serve = std::function<void(int connection)>;

  explicit LoopbackServer(Serve serve);
  /// Ends all connections, and waits for whoever serves them.
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }

 private:
  void accept_all();
  void serve(int connection);

  const Serve serve_;
  const int listener_;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace easypost_connect::test_support
