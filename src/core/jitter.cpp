// SPDX-License-Identifier: Apache-2.0
#include "core/jitter.hpp"

#include <random>

#include "core/fork.hpp"

namespace easypost_connect::internal {

/// A child of fork() has a copy of its parent's generator: children that went on with it would all pause alike.
double random_jitter() {
  thread_local std::minstd_rand engine(std::random_device{}());
  thread_local unsigned seeded_in = process_generation();
  if (seeded_in != process_generation()) {
    engine.seed(std::random_device{}());
    seeded_in = process_generation();
  }
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace easypost_connect::internal
