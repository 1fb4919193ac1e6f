// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace easypost_connect::benchmark {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// How many requests there shall be, and how long each took. Any thread may ask and tell.
class Load {
 public:
  /// Requests are wanted until the first of the two is reached.
  Load(Seconds time, std::size_t at_most);

  /// Whether to send a request; if so, it is in flight.
  [[nodiscard]] bool start();
  /// A request in flight was answered. Whether to send one in its place, which is in flight then.
  [[nodiscard]] bool next(Clock::time_point sent);
  /// Blocks until nothing is in flight.
  void wait_for_all();

  /// Returns the latency of each request in microseconds.
  [[nodiscard]] const std::vector<float>& latencies() const noexcept { return latencies_; }

 private:
  [[nodiscard]] bool take(Clock::time_point now);

  const Clock::time_point until_;
  std::size_t left_;
  std::size_t in_flight_ = 0;
  std::vector<float> latencies_;
  std::mutex mutex_;
  std::condition_variable idle_;
};

}  // namespace easypost_connect::benchmark
