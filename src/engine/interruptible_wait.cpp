// SPDX-License-Identifier: Apache-2.0
#include "engine/interruptible_wait.hpp"

#include <condition_variable>
#include <mutex>

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

}  // namespace easypost_connect::internal
