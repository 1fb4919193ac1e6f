// SPDX-License-Identifier: Apache-2.0
#include "core/clock.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

/// Returns numbers that a child of fork() draws.
std::array<double, 4> drawn_in_a_child() {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  std::array<double, 4> numbers{};
  if (child == 0) {
    std::generate(numbers.begin(), numbers.end(), random_jitter);
    _exit(write(ends[1], numbers.data(), sizeof numbers) == sizeof numbers ? 0 : 1);
  }
  EXPECT_EQ(read(ends[0], numbers.data(), sizeof numbers), static_cast<ssize_t>(sizeof numbers));
  for (const int end : ends) close(end);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  return numbers;
}

TEST(RandomJitter, DiffersFromChildToChild) {  // otherwise forked processes of a server would retry in step
  static_cast<void>(random_jitter());
  const auto one = drawn_in_a_child();
  EXPECT_NE(one, drawn_in_a_child());
}

TEST(RandomJitter, DiffersFromThreadToThread) {
  auto there = std::async(std::launch::async, thousand);
  EXPECT_NE(thousand(), there.get());
}

}  // namespace
}  // namespace easypost_connect::internal
