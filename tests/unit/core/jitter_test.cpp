// SPDX-License-Identifier: Apache-2.0
#include "core/jitter.hpp"

#include <algorithm>
#include <future>
#include <vector>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

std::vector<double> thousand() {
  std::vector<double> numbers(1000);
  std::generate(numbers.begin(), numbers.end(), random_jitter);
  return numbers;
}

TEST(RandomJitter, FillsTheRangeFromZeroToOne) {
  const auto numbers = thousand();
  const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  EXPECT_GE(*least, 0.0);
  EXPECT_LT(*least, 0.1);
  EXPECT_GT(*most, 0.9);
  EXPECT_LT(*most, 1.0);
}

TEST(RandomJitter, DiffersFromThreadToThread) {
  auto there = std::async(std::launch::async, thousand);
  EXPECT_NE(thousand(), there.get());
}

}  // namespace
}  // namespace easypost_connect::internal
