// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "vaults/crc32c.hpp"

namespace easypost_connect::internal {
namespace {

TEST(Crc32c, FitsTheValuesOfRfc3720) {
  std::string rising;
  for (char c = 0; c < 32; ++c) rising += c;
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(rising), 0x46DD794EU);
}

TEST(Crc32c, FitsTheCheckValueAndNothing) {
  EXPECT_EQ(crc32c("123456789"), 3808858755U);
  EXPECT_EQ(crc32c(""), 0U);
}

}  // namespace
}  // namespace easypost_connect::internal
