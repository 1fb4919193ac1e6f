// SPDX-License-Identifier: Apache-2.0
#include "engine/pending_calls.hpp"

#include <string>

#include "core/make_error.hpp"
#include "core/wait.hpp"

namespace easypost_connect::internal {
namespace {

Error full(std::size_t bound) {
  Error error = make_error(ErrorCode::kQueueFull, Factor::kRequest,
                           "As many calls as async.max_pending allows (" + std::to_string(bound) + ") are under way.",
                           "Start fewer at a time, choose WhenFull::kWait, or raise async.max_pending.");
  error.retryable = true;
  error.never_sent = true;
  return error;
}

}  // namespace

Result<PendingCalls::Place> PendingCalls::enter(SteadyTime deadline, const CancellationToken& cancellation) {
  CancellableWait wait(mutex_, changed_, cancellation);
  std::unique_lock lock(mutex_);
  // A call that a completion starts takes the place of the one that it completes, which still exists.
  const bool in_place_of_another = !has_room() && threads_->calls_are_carried_here();
  if (in_place_of_another && count_ > options_.max_pending) return full(options_.max_pending);
  if (!has_room() && !in_place_of_another) {
    if (options_.when_full == WhenFull::kFail) return full(options_.max_pending);
    if (!wait.until(lock, deadline, [this] { return has_room(); })) return full(options_.max_pending);
  }
  if (closed_ || cancellation.cancelled()) return cancelled_error();
  ++count_;
  return Place(shared_from_this());
}

void PendingCalls::leave() noexcept {
  const std::lock_guard lock(mutex_);
  --count_;
  changed_.notify_all();
}

void PendingCalls::close() noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace easypost_connect::internal
