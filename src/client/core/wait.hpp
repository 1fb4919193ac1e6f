// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/result.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Two can cancel a call: its caller, and the end of the client. Most calls have no cancellation of their own, and this
/// costs them nothing. Not copyable: the callbacks refer to it.
class EitherCancels {
 public:
  EitherCancels(const CancellationToken& caller, const CancellationToken& client) : token_(client) {
    if (!caller.can_be_cancelled()) return;
    source_.emplace();
    const auto cancel = [this] { source_->cancel(); };
    caller_.emplace(caller, cancel);
    client_.emplace(client, cancel);
    token_ = source_->token();
  }
  EitherCancels(const EitherCancels&) = delete;
  EitherCancels& operator=(const EitherCancels&) = delete;

  [[nodiscard]] const CancellationToken& token() const noexcept { return token_; }

 private:
  CancellationToken token_;
  std::optional<CancellationSource> source_;
  std::optional<CancellationCallback> caller_;
  std::optional<CancellationCallback> client_;
};

/// A wait on a condition variable that a deadline or a cancellation ends. What it is given must outlive it. Declare it
/// before the lock of `mutex`: its destructor waits for whoever cancels, and a cancellation takes `mutex` to notify.
template <typename Mutex = std::mutex, typename Condition = std::condition_variable>
class CancellableWait {
 public:
  CancellableWait(Mutex& mutex, Condition& changed, const CancellationToken& cancellation) noexcept
      : mutex_(mutex), changed_(changed), cancellation_(cancellation) {}

  /// Waits, with `lock` held, until `is_over()` is true, the token is cancelled or `deadline` has passed. Returns false
  /// only in the last case. Releases the lock before the first wait too, to register with the token.
  template <typename IsOver>
  [[nodiscard]] bool until(std::unique_lock<Mutex>& lock, SteadyTime deadline, IsOver is_over) {
    const auto ends = [&] { return is_over() || cancellation_.cancelled(); };
    if (ends()) return true;
    register_with_token(lock);
    return changed_.wait_until(lock, deadline, ends);
  }

 private:
  void register_with_token(std::unique_lock<Mutex>& lock) {
    if (wake_) return;
    lock.unlock();
    wake_.emplace(cancellation_, [this] {
      const std::lock_guard guard(mutex_);
      changed_.notify_all();
    });
    lock.lock();
  }

  Mutex& mutex_;
  Condition& changed_;
  const CancellationToken& cancellation_;
  std::optional<CancellationCallback> wake_;
};

/// Sleeps until `end` or until the token is cancelled. Returns whether it was cancelled.
bool wait_until(SteadyTime end, const CancellationToken& cancellation);

/// Runs `work`, which the system may hold up for as long as it likes (a file on a mount that does not answer), on a
/// thread of its own, and waits for its end. Returns false if `until` came first or the token was cancelled; the thread
/// then ends with the work, whenever that is, so `work` has to share what it touches. An exception ends the work, too.
/// Throws std::system_error when the system has no thread to give.
[[nodiscard]] bool finish_slow_work(std::function<void()> work, SteadyTime until,
                                    const CancellationToken& cancellation);

/// A mutex for what may take long and call functions of the caller's. Waiting for it can be cancelled.
class InterruptibleMutex {
 public:
  /// Returns false if the token was cancelled; the mutex is not locked then.
  [[nodiscard]] bool lock(const CancellationToken& cancellation);
  [[nodiscard]] bool try_lock();
  void unlock();
  /// Whether this thread has locked the mutex: if it waited for the mutex, it would wait for itself.
  [[nodiscard]] bool is_locked_here() const;

 private:
  [[nodiscard]] bool is_free() const noexcept { return locked_by_ == std::thread::id(); }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::thread::id locked_by_;
};

/// An answer that one thread waits for and another one brings. Who brings it keeps it alive: the other may be gone.
class AwaitedAnswer {
 public:
  void bring(Result<void> outcome);
  /// The Error is the one that was brought; or the deadline has passed, or the wait was cancelled.
  [[nodiscard]] Result<void> wait(SteadyTime deadline, const CancellationToken& cancellation);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Result<void>> outcome_;
};

}  // namespace easypost_connect::internal
