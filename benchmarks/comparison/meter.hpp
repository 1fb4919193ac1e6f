// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "load.hpp"

namespace easypost_connect::benchmark {

/// Wall-clock and processor time of this process, all its threads, from when the meter is made until stop(). As long it
/// runs, valgrind counts instructions, if it was told to begin later (--instr-atstart=no).
class Meter {
 public:
  Meter();
  void stop();
  [[nodiscard]] double seconds() const noexcept { return seconds_; }
  [[nodiscard]] double cpu_seconds() const noexcept { return cpu_seconds_; }

 private:
  Clock::time_point start_;
  double cpu_start_;
  double seconds_ = 0;
  double cpu_seconds_ = 0;
};

/// Processor time of this process since it was started, loading included.
[[nodiscard]] double process_cpu_seconds();

/// The most memory this process ever had resident. Not getrusage's figure, which starts with the parent's.
[[nodiscard]] double peak_resident_megabytes();

/// `share` from 0 to 1; zero when there is nothing. Reorders the values.
[[nodiscard]] double percentile(std::vector<float>& values, double share);

}  // namespace easypost_connect::benchmark
