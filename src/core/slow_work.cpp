// SPDX-License-Identifier: Apache-2.0
#include "core/slow_work.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "core/guest_thread.hpp"

namespace easypost_connect::internal {

struct SlowWork::State {
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
  std::function<void()> when_ended;  // none: there was none, or the work was given up
};

SlowWork::SlowWork(std::function<void()> work, std::function<void()> when_ended) : state_(std::make_shared<State>()) {
  state_->when_ended = std::move(when_ended);
  thread_ = guest_thread([state = state_, work = std::move(work)]() mutable { run(state, std::move(work)); });
}

SlowWork::~SlowWork() {
  if (!state_) return;  // moved away
  bool ended = false;
  {
    const std::lock_guard lock(state_->mutex);
    ended = state_->ended;
    state_->when_ended = nullptr;
  }
  ended ? thread_.join() : thread_.detach();
}

bool SlowWork::ended() const {
  const std::lock_guard lock(state_->mutex);
  return state_->ended;
}

bool SlowWork::wait(SteadyTime until, const CancellationToken& cancellation) const {
  const CancellationCallback wake(cancellation, [this] {
    const std::lock_guard lock(state_->mutex);
    state_->changed.notify_all();
  });
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_until(lock, until, [&] { return state_->ended || cancellation.cancelled(); });
  return state_->ended;
}

/// What the work holds goes before it counts as ended: nobody waits for that any more.
void SlowWork::run(const std::shared_ptr<State>& state, std::function<void()> work) noexcept {
  try {
    work();
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; it leaves no result
  }
  work = nullptr;
  const std::lock_guard lock(state->mutex);
  state->ended = true;
  state->changed.notify_all();
  if (state->when_ended) state->when_ended();
}

}  // namespace easypost_connect::internal
