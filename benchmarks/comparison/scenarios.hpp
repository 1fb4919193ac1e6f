// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "comparison/client.hpp"

namespace easypost_connect::benchmark {

/// A program's task: SCENARIO PATH AMOUNT [WIDTH].
struct Task {
  Clock::time_point started;  ///< when main() was entered
  std::string scenario;
  std::string path;
  double amount = 0;      ///< seconds of measuring, bytes of a body, or calls
  std::size_t width = 1;  ///< threads, or requests in flight
};

/// Counts and times, without warming up.
struct Outcome {
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;
  std::uint64_t resumed = 0;  ///< answers that say their TLS session was resumed
  double seconds = 0;
  double cpu_seconds = 0;
  std::vector<float> latencies{};
};

/// Throws std::invalid_argument for a task that does not exist.
[[nodiscard]] Outcome run(const Task& task);

}  // namespace easypost_connect::benchmark
