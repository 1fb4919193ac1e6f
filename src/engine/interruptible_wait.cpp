// SPDX-License-Identifier: Apache-2.0
#include "engine/interruptible_wait.hpp"

namespace easypost_connect::internal {

bool wait_until(SteadyTime end, const CancellationToken& cancellation) {
  std::mutex mutex;
  std::condition_variable woken;
  const CancellationCallback wake(cancellation, [&] {
    const std::lock_guard lock(mutex);
    woken.notify_all();
  });
  std::unique_lock lock(mutex);
  return woken.wait_until(lock, end, [&] { return cancellation.cancelled(); });
}

bool InterruptibleMutex::lock(const CancellationToken& cancellation) {
  const CancellationCallback wake(cancellation, [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return is_free() || cancellation.cancelled(); });
  if (cancellation.cancelled()) return false;
  locked_by_ = std::this_thread::get_id();
  return true;
}

bool InterruptibleMutex::try_lock() {
  const std::lock_guard lock(mutex_);
  if (!is_free()) return false;
  locked_by_ = std::this_thread::get_id();
  return true;
}

void InterruptibleMutex::unlock() {
  const std::lock_guard lock(mutex_);
  locked_by_ = {};
  changed_.notify_all();
}

bool InterruptibleMutex::is_locked_here() const {
  const std::lock_guard lock(mutex_);
  return locked_by_ == std::this_thread::get_id();
}

}  // namespace easypost_connect::internal
