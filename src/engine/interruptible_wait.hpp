// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include <easypost_connect/cancellation.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Sleeps until `end`, or until the token is cancelled: then true.
bool wait_until(SteadyTime end, const CancellationToken& cancellation);

/// A mutex for what may take long, and call functions of the caller's.
class InterruptibleMutex {
 public:
  /// False: the token was cancelled, and it is not locked.
  [[nodiscard]] bool lock(const CancellationToken& cancellation);
  [[nodiscard]] bool try_lock();
  void unlock();
  /// This thread has locked it: to wait for it would be to wait for oneself.
  [[nodiscard]] bool is_locked_here() const;

 private:
  [[nodiscard]] bool is_free() const noexcept { return locked_by_ == std::thread::id(); }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::thread::id locked_by_;
};

}  // namespace easypost_connect::internal
