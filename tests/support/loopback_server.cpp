// SPDX-License-Identifier: Apache-2.0
#include "loopback_server.hpp"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <utility>

namespace easypost_connect::test_support {
namespace {

/// Returns the port, below the range from which Linux takes those of outgoing connections.
int bind_somewhere(int socket) {
  std::random_device random;
  std::uniform_int_distribution<int> ports(20'000, 31'999);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (;;) {
    const int port = ports(random);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return port;
  }
}

}  // namespace

int make_socket() {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) throw std::runtime_error("no socket");
  return made;
}

LoopbackServer::LoopbackServer(Serve serve) : serve_(std::move(serve)), listener_(make_socket()) {
  port_ = bind_somewhere(listener_);
  if (::listen(listener_, 64) != 0) throw std::runtime_error("no listener");
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  acceptor_ = std::thread([this] { accept_all(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& one : threads_) one.join();
  ::close(listener_);
}

void LoopbackServer::accept_all() {
  for (int connection = -1; (connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    const std::lock_guard lock(mutex_);
    open_.push_back(connection);
    threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void LoopbackServer::serve(int connection) {
  serve_(connection);
  const std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), connection));
  ::close(connection);
}

}  // namespace easypost_connect::test_support
