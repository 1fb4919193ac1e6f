// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <thread>

namespace easypost_connect::internal {

/// Takes over threads that cannot be joined by their owner, because it is destroyed on that very thread, and joins them
/// in time. Thread-safe.
class IoThreads {
 public:
  IoThreads() = default;
  ~IoThreads() { join(); }
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  /// `last` is about to end. The one before it is joined.
  void join_later(std::thread last) {
    const std::lock_guard lock(mutex_);
    last_.swap(last);
    if (last.joinable()) last.join();
  }

  /// Not on one of these threads.
  void join() {
    const std::lock_guard lock(mutex_);
    if (last_.joinable()) last_.join();
  }

 private:
  std::mutex mutex_;
  std::thread last_;
};

}  // namespace easypost_connect::internal
