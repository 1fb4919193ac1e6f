// SPDX-License-Identifier: Apache-2.0
#include "client/file_watcher.hpp"

#include <utility>

#include "core/guest_thread.hpp"

namespace easypost_connect::internal {

FileWatcher::FileWatcher(std::chrono::milliseconds interval, std::function<void()> look)
    : interval_(interval), thread_(guest_thread([this, look = std::move(look)] { run(look); })) {}

FileWatcher::~FileWatcher() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void FileWatcher::run(const std::function<void()>& look) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, interval_, [this] { return ended_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

}  // namespace easypost_connect::internal
