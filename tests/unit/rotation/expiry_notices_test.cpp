// SPDX-License-Identifier: Apache-2.0
#include "rotation/generation.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace std::chrono_literals;

constexpr WallTime kExpiry{std::chrono::hours(1'000'000)};

/// Returns the threshold of the notice that is due with so much time left, or nothing if none is due.
std::optional<std::chrono::hours> told(ExpiryNotices& notices, std::chrono::seconds left) {
  const auto notice = notices.due(kExpiry - left);
  if (!notice) return std::nullopt;
  EXPECT_EQ(notice->left, left);
  return notice->threshold;
}

TEST(ExpiryNotices, TellsEachThresholdOnce) {
  ExpiryNotices notices({24h, 720h, 168h}, kExpiry);  // no order is needed
  EXPECT_EQ(told(notices, 721h), std::nullopt);
  EXPECT_EQ(told(notices, 720h), 720h);
  EXPECT_EQ(told(notices, 719h), std::nullopt);
  EXPECT_EQ(told(notices, 168h), 168h);
  EXPECT_EQ(told(notices, 25h), std::nullopt);
  EXPECT_EQ(told(notices, 24h), 24h);
  EXPECT_EQ(told(notices, 1s), std::nullopt);
  EXPECT_EQ(told(notices, -1h), std::nullopt);
}

TEST(ExpiryNotices, OfThresholdsPassedTogetherTheClosestCounts) {
  ExpiryNotices notices({720h, 168h, 24h}, kExpiry);
  EXPECT_EQ(told(notices, 100h), 168h);
  EXPECT_EQ(told(notices, 99h), std::nullopt);
  EXPECT_EQ(told(notices, -5s), 24h);
}

TEST(ExpiryNotices, WithoutThresholdsIsSilent) {
  ExpiryNotices notices({}, kExpiry);
  EXPECT_EQ(told(notices, -1h), std::nullopt);
}

TEST(ExpiryNotices, AClockSetBackTellsNothingAgain) {
  ExpiryNotices notices({24h}, kExpiry);
  EXPECT_EQ(told(notices, 24h), 24h);
  EXPECT_EQ(told(notices, 48h), std::nullopt);
  EXPECT_EQ(told(notices, 24h), std::nullopt);
}

}  // namespace
}  // namespace easypost_connect::unit_test
