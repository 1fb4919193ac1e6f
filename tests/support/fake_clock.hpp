// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "core/clock.hpp"

namespace easypost_connect::test_support {

/// A clock that moves only when a test moves it. It counts how often it was read, so that a test can tell without
/// sleeping how far the threads of the code under test have come. Thread-safe.
class FakeClock final : public internal::Clock {
 public:
  [[nodiscard]] internal::Moment now() const noexcept override {
    const std::lock_guard lock(mutex_);
    ++reads_;
    was_read_.notify_all();
    return now_;
  }

  /// Lets time pass: both clocks go on.
  void advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_.steady += by;
    now_.wall += by;
  }

  /// Lets the wall clock jump, which the steady one does not notice: the machine was suspended, or somebody sets the
  /// clock.
  void jump_wall(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_.wall += by;
  }

  void set_wall(internal::WallTime wall) {
    const std::lock_guard lock(mutex_);
    now_.wall = wall;
  }

  /// Waits until the clock has been read `count` times in all.
  void wait_for_reads(std::size_t count) const {
    std::unique_lock lock(mutex_);
    was_read_.wait(lock, [&] { return reads_ >= count; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable was_read_;
  mutable std::size_t reads_ = 0;
  internal::Moment now_{internal::SteadyTime(std::chrono::seconds(1)), internal::WallTime(std::chrono::hours(500'000))};
};

}  // namespace easypost_connect::test_support
