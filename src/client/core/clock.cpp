// SPDX-License-Identifier: Apache-2.0
#include "core/clock.hpp"

#include <random>

#include "core/process.hpp"

namespace easypost_connect::internal {

/// A child of fork() has a copy of its parent's generator: children that went on with it would all pause alike.
double random_jitter() {
  thread_local std::minstd_rand engine(std::random_device{}());
  thread_local unsigned seeded_in = fork_count();
  if (seeded_in != fork_count()) {
    engine.seed(std::random_device{}());
    seeded_in = fork_count();
  }
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace easypost_connect::internal
