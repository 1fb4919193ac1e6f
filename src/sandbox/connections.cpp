// SPDX-License-Identifier: Apache-2.0
#include "sandbox/connections.hpp"

#include <sys/socket.h>

namespace easypost_connect::sandbox {

void Connections::add(int socket) {
  const std::lock_guard lock(mutex_);
  sockets_.insert(socket);
  if (for_good_) ::shutdown(socket, SHUT_RDWR);
}

void Connections::remove(int socket) {
  const std::lock_guard lock(mutex_);
  sockets_.erase(socket);
}

void Connections::shut_down() {
  const std::lock_guard lock(mutex_);
  shut_down_all();
}

void Connections::shut_down_for_good() {
  const std::lock_guard lock(mutex_);
  for_good_ = true;
  shut_down_all();
  ended_.notify_all();
}

void Connections::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, time, [this] { return for_good_; });
}

void Connections::shut_down_all() {
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

}  // namespace easypost_connect::sandbox
