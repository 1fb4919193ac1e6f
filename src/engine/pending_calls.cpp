// SPDX-License-Identifier: Apache-2.0
#include "engine/pending_calls.hpp"

#include <string>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

thread_local const PendingCalls* in_completion_of = nullptr;

Error full(std::size_t bound) {
  Error error = make_error(ErrorCode::kQueueFull, Factor::kRequest,
                           "As many calls as async.max_pending allows (" + std::to_string(bound) + ") are under way.",
                           "Start fewer at a time, choose WhenFull::kWait, or raise async.max_pending.");
  error.retryable = true;
  error.never_sent = true;
  return error;
}

}  // namespace

bool PendingCalls::completing() const noexcept { return in_completion_of == this; }

std::optional<Error> PendingCalls::enter(SteadyTime deadline, const CancellationToken& cancellation) {
  std::optional<CancellationCallback> wake;  // goes after the lock does: it waits for whoever runs it
  std::unique_lock lock(mutex_);
  if (!has_room()) {
    if (completing() || options_.when_full == WhenFull::kFail) return full(options_.max_pending);
    lock.unlock();
    wake.emplace(cancellation, [this] {
      const std::lock_guard guard(mutex_);
      changed_.notify_all();
    });
    lock.lock();
    const auto stop_waiting = [&] { return has_room() || cancellation.cancelled(); };
    if (!changed_.wait_until(lock, deadline, stop_waiting)) return full(options_.max_pending);
  }
  if (closed_ || cancellation.cancelled()) return cancelled_error();
  ++count_;
  return std::nullopt;
}

/// A completion may start one call more than there is room for: it takes the place of its own.
bool PendingCalls::has_room() const noexcept {
  return closed_ || count_ < options_.max_pending + (completing() ? 1 : 0);
}

void PendingCalls::run(const Completion& completion, Result<Response> result) const noexcept {
  const PendingCalls* const before = std::exchange(in_completion_of, this);
  completion(std::move(result));
  in_completion_of = before;
}

void PendingCalls::leave() noexcept {
  const std::lock_guard lock(mutex_);
  --count_;
  changed_.notify_all();
}

void PendingCalls::close() noexcept {
  std::unique_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  if (!completing()) changed_.wait(lock, [this] { return count_ == 0; });
}

}  // namespace easypost_connect::internal
