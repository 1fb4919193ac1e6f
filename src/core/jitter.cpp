// SPDX-License-Identifier: Apache-2.0
#include "core/jitter.hpp"

#include <random>

namespace easypost_connect::internal {

double random_jitter() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace easypost_connect::internal
