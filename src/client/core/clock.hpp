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

/// Tells the time to the engines, the rotation and the token provider. The rules below them (Call, TokenCache,
/// RetryPolicy) never read a clock: they are given a Moment. What waits for a socket, a file or a PKCS #11 token reads
/// std::chrono::steady_clock itself.
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

/// Gives a number in [0, 1) that spreads clients over time. The policies are given one, so that tests decide it.
using Jitter = double (*)();

/// Gives a number that differs from thread to thread, from process to process, also after fork(), and from call to
/// call. It is not fit for secrets.
double random_jitter();

}  // namespace easypost_connect::internal
