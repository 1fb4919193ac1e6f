// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "child_process.hpp"

namespace easypost_connect::interop {

/// A socket, and the address of `port` on this machine.
class LoopbackSocket {
 public:
  explicit LoopbackSocket(int port);
  ~LoopbackSocket();
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  [[nodiscard]] bool binds() const;
  [[nodiscard]] bool connects() const;
  [[nodiscard]] int file() const noexcept { return file_; }

 private:
  sockaddr_in address_{};
  int file_;
};

/// Returns different ports that are free now. They are below 32768, where the system takes none for outgoing
/// connections, so they stay free while their server restarts.
[[nodiscard]] std::vector<int> free_ports(std::size_t count);

/// Throws, with the end of the server's log, when it ends or has not begun to listen when there is no patience left.
void wait_until_it_listens(ChildProcess& server, int port, const std::string& log,
                           std::chrono::seconds patience = std::chrono::seconds(30));

}  // namespace easypost_connect::interop
