// SPDX-License-Identifier: Apache-2.0
#include "sandbox/connections.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace easypost_connect::sandbox {
namespace {

constexpr int kLingerMilliseconds = 500;

}  // namespace

void Connections::add(int socket) {
  const std::lock_guard lock(mutex_);
  sockets_.emplace(socket, nullptr);
  if (for_good_) ::shutdown(socket, SHUT_RDWR);
}

void Connections::remove(int socket) {
  const std::lock_guard lock(mutex_);
  sockets_.erase(socket);
}

void Connections::announce_the_end_to(int socket, const Wakeup* server) {
  const std::lock_guard lock(mutex_);
  sockets_[socket] = server;
}

void Connections::shut_down() {
  const std::lock_guard lock(mutex_);
  for (const auto& [socket, server] : sockets_) ::shutdown(socket, SHUT_RDWR);
}

void Connections::shut_down_for_good() {
  const std::lock_guard lock(mutex_);
  for_good_ = true;
  for (const auto& [socket, server] : sockets_) {
    server != nullptr ? server->wake() : static_cast<void>(::shutdown(socket, SHUT_RDWR));
  }
  ended_.notify_all();
}

void Connections::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, time, [this] { return for_good_; });
}

bool Connections::end_for_good() const {
  const std::lock_guard lock(mutex_);
  return for_good_;
}

void end_when_read(int socket) noexcept {
  ::shutdown(socket, SHUT_WR);
  pollfd readable{socket, POLLIN, 0};
  char discarded[4096];
  while (::poll(&readable, 1, kLingerMilliseconds) > 0 &&
         ::recv(socket, discarded, sizeof discarded, MSG_DONTWAIT) > 0) {
  }
}

}  // namespace easypost_connect::sandbox
