// SPDX-License-Identifier: Apache-2.0
#include "sandbox/thread_per_task.hpp"

namespace easypost_connect::sandbox {

ThreadPerTask::Enqueued ThreadPerTask::enqueue(std::function<void()> task) {
  Threads finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
    Threads one(1);  // added when there is a thread: std::thread may throw
    const auto self = one.begin();
    *self = std::thread([this, self, task = std::move(task)] {
      task();
      const std::lock_guard done(mutex_);
      finished_.splice(finished_.end(), running_, self);
      one_finished_.notify_one();
    });
    running_.splice(running_.end(), one);
  }
  join(finished);
  return Enqueued(true);
}

void ThreadPerTask::shutdown() {
  std::unique_lock lock(mutex_);
  one_finished_.wait(lock, [this] { return running_.empty(); });
  join(finished_);
}

void ThreadPerTask::join(Threads& threads) {
  for (std::thread& thread : threads) thread.join();
  threads.clear();
}

}  // namespace easypost_connect::sandbox
