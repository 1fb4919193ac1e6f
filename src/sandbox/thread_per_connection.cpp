// SPDX-License-Identifier: Apache-2.0
#include "sandbox/thread_per_connection.hpp"

#include <utility>

namespace easypost_connect::sandbox {

void ThreadPerConnection::enqueue(std::function<void()> serve) {
  Threads finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
    const auto self = running_.emplace(running_.end());
    *self = std::thread([this, self, serve = std::move(serve)] {
      serve();
      const std::lock_guard done(mutex_);
      finished_.splice(finished_.end(), running_, self);
      one_finished_.notify_one();
    });
  }
  join(finished);
}

void ThreadPerConnection::shutdown() {
  std::unique_lock lock(mutex_);
  one_finished_.wait(lock, [this] { return running_.empty(); });
  join(finished_);
}

void ThreadPerConnection::join(Threads& threads) {
  for (std::thread& thread : threads) thread.join();
  threads.clear();
}

}  // namespace easypost_connect::sandbox
