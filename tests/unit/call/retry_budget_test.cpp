// SPDX-License-Identifier: Apache-2.0
#include "call/retry_policy.hpp"

#include <algorithm>
#include <future>
#include <vector>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

int take_all(RetryBudget& budget) {
  int taken = 0;
  while (budget.take()) ++taken;
  return taken;
}

TEST(RetryBudget, GivesAsManyRetriesAsItHas) {
  for (const int retries : {0, 1, 3, 100}) {
    RetryBudget budget(retries);
    EXPECT_EQ(take_all(budget), retries);
    EXPECT_FALSE(budget.take());
  }
}

TEST(RetryBudget, TenSuccessesEarnARetry) {
  RetryBudget budget(3);
  take_all(budget);
  for (int i = 0; i < 9; ++i) budget.earn();
  EXPECT_FALSE(budget.take());
  budget.earn();
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
}

TEST(RetryBudget, NeverHoldsMoreThanAtTheStart) {
  RetryBudget budget(2);
  for (int i = 0; i < 100; ++i) budget.earn();
  EXPECT_EQ(take_all(budget), 2);
}

TEST(RetryBudget, MayBeNothing) {
  RetryBudget budget(0);
  for (int i = 0; i < 100; ++i) budget.earn();
  EXPECT_FALSE(budget.take());
}

TEST(RetryBudget, GivesEachRetryToOneThreadOnly) {
  constexpr int kRetries = 10'000;
  RetryBudget budget(kRetries);
  std::vector<std::future<int>> takers;
  for (int i = 0; i < 8; ++i) takers.push_back(std::async(std::launch::async, [&] { return take_all(budget); }));
  int taken = 0;
  for (auto& taker : takers) taken += taker.get();
  EXPECT_EQ(taken, kRetries);
}

TEST(RetryBudget, CountsEverySuccessOfEveryThread) {
  constexpr int kThreads = 8;
  constexpr int kSuccesses = 1000;
  RetryBudget budget(10'000);
  take_all(budget);
  std::vector<std::future<void>> earners;
  for (int i = 0; i < kThreads; ++i) {
    earners.push_back(std::async(std::launch::async, [&] {
      for (int j = 0; j < kSuccesses; ++j) budget.earn();
    }));
  }
  for (auto& earner : earners) earner.get();
  EXPECT_EQ(take_all(budget), kThreads * kSuccesses / 10);
}

}  // namespace
}  // namespace easypost_connect::internal
