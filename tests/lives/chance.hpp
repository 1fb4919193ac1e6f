// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

namespace easypost_connect::lives {

/// Chance makes all decisions of a round. The thread that takes the steps draws them, so the same seed gives the same
/// decisions.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : generator_(seed) {}

  [[nodiscard]] std::size_t below(std::size_t end) { return static_cast<std::size_t>(generator_() % end); }
  [[nodiscard]] bool one_in(std::size_t number) { return below(number) == 0; }

  template <typename T, std::size_t kSize>
  [[nodiscard]] T pick(const std::array<T, kSize>& values) {
    return values[below(kSize)];
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace easypost_connect::lives
