// SPDX-License-Identifier: Apache-2.0
#include "engine/awaited_answer.hpp"

#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {

void AwaitedAnswer::bring(Result<Response> answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
  changed_.notify_all();
}

std::optional<Error> AwaitedAnswer::wait(SteadyTime deadline, const CancellationToken& cancellation) {
  const CancellationCallback wake(cancellation, [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return answer_ || cancellation.cancelled(); });
  if (answer_) return *answer_ ? std::nullopt : std::optional(answer_->error());
  return cancellation.cancelled() ? cancelled_error() : no_answer_in_time();
}

}  // namespace easypost_connect::internal
