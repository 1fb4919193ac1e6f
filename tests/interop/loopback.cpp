// SPDX-License-Identifier: Apache-2.0
#include "loopback.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

#include "private_folder.hpp"

namespace easypost_connect::interop {

using namespace std::chrono_literals;

LoopbackSocket::LoopbackSocket(int port) : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  address_.sin_family = AF_INET;
  address_.sin_port = htons(static_cast<std::uint16_t>(port));
  address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

LoopbackSocket::~LoopbackSocket() { ::close(file_); }

bool LoopbackSocket::binds() const {
  return ::bind(file_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0;
}

bool LoopbackSocket::connects() const {
  return ::connect(file_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0;
}

std::vector<int> free_ports(std::size_t count) {
  std::random_device random;
  std::uniform_int_distribution<int> any(20'000, 32'000);
  std::vector<int> ports;
  for (int tries = 0; tries < 1000 && ports.size() < count; ++tries) {
    const int port = any(random);
    const bool taken = std::find(ports.begin(), ports.end(), port) != ports.end();
    if (!taken && LoopbackSocket(port).binds()) ports.push_back(port);
  }
  if (ports.size() < count) throw std::runtime_error("no free port");
  return ports;
}

void wait_until_it_listens(ChildProcess& server, int port, const std::string& log, std::chrono::seconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!LoopbackSocket(port).connects()) {
    if (!server.running() || std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("A server does not start (./dev interop installs what is needed):\n" + read_file(log));
    }
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace easypost_connect::interop
