// SPDX-License-Identifier: Apache-2.0
#include "core/wait.hpp"

#include <memory>
#include <utility>

#include "core/make_error.hpp"
#include "core/process.hpp"

namespace easypost_connect::internal {
namespace {

/// The thread of slow work shares a SlowWork with the thread that waits for it.
struct SlowWork {
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
};

/// Frees what the work holds before it counts as ended: nobody waits for that any more.
void run(SlowWork& shared, std::function<void()> work) noexcept {
  try {
    work();
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; it leaves no result
  }
  work = nullptr;
  const std::lock_guard lock(shared.mutex);
  shared.ended = true;
  shared.changed.notify_all();
}

bool wait_for(SlowWork& work, SteadyTime until, const CancellationToken& cancellation) {
  CancellableWait wait(work.mutex, work.changed, cancellation);
  std::unique_lock lock(work.mutex);
  static_cast<void>(wait.until(lock, until, [&work] { return work.ended; }));
  return work.ended;
}

}  // namespace

bool wait_until(SteadyTime end, const CancellationToken& cancellation) {
  std::mutex mutex;
  std::condition_variable woken;
  CancellableWait wait(mutex, woken, cancellation);
  std::unique_lock lock(mutex);
  return wait.until(lock, end, [] { return false; });
}

bool finish_slow_work(std::function<void()> work, SteadyTime until, const CancellationToken& cancellation) {
  const auto shared = std::make_shared<SlowWork>();
  std::thread thread = guest_thread([shared, work = std::move(work)]() mutable { run(*shared, std::move(work)); });
  const bool ended = wait_for(*shared, until, cancellation);
  ended ? thread.join() : thread.detach();
  return ended;
}

bool InterruptibleMutex::lock(const CancellationToken& cancellation) {
  CancellableWait wait(mutex_, changed_, cancellation);
  std::unique_lock lock(mutex_);
  static_cast<void>(wait.until(lock, SteadyTime::max(), [this] { return is_free(); }));
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

void AwaitedAnswer::bring(Result<void> outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  changed_.notify_all();
}

Result<void> AwaitedAnswer::wait(SteadyTime deadline, const CancellationToken& cancellation) {
  CancellableWait wait(mutex_, changed_, cancellation);
  std::unique_lock lock(mutex_);
  static_cast<void>(wait.until(lock, deadline, [this] { return outcome_.has_value(); }));
  if (outcome_) return *std::move(outcome_);
  return cancellation.cancelled() ? cancelled_error() : no_answer_in_time();
}

}  // namespace easypost_connect::internal
