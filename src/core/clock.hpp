// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace easypost_connect::internal {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

/// A moment on both clocks: the steady one stops while a machine sleeps, the wall clock can be set.
struct Moment {
  SteadyTime steady;
  WallTime wall;
};

/// The one place where time is read. Everything below the engines gets it as an argument.
class Clock {
 public:
  Clock() = default;
  virtual ~Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  [[nodiscard]] virtual Moment now() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Moment now() const noexcept override {
    return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
  }
};

}  // namespace easypost_connect::internal
