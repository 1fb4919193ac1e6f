// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include <easypost_connect/cancellation.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Work that the system may hold up for as long as it likes: a file on a mount that does not answer, a disk that syncs.
/// It runs on a thread of its own. Whoever waits for it may give it up; the thread then ends with it, whenever that is.
class SlowWork {
 public:
  /// `work` shares what it touches, because it may outlive this object. `when_ended` is called on its thread, and not
  /// after the destructor has returned; it must not throw. Throws std::system_error when the system has no thread to
  /// give.
  explicit SlowWork(std::function<void()> work, std::function<void()> when_ended = {});
  /// Gives it up, unless it has ended.
  ~SlowWork();
  SlowWork(SlowWork&&) = default;
  SlowWork& operator=(SlowWork&&) = delete;

  [[nodiscard]] bool ended() const;
  /// True: it has ended. False: `until` is over, or the token was cancelled.
  [[nodiscard]] bool wait(SteadyTime until, const CancellationToken& cancellation) const;

 private:
  struct State;
  static void run(const std::shared_ptr<State>& state, std::function<void()> work) noexcept;

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace easypost_connect::internal
