// SPDX-License-Identifier: Apache-2.0
#include "core/encoding.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

TEST(ToHex, WritesTwoDigitsForEachByte) {
  EXPECT_EQ(internal::to_hex(""), "");
  EXPECT_EQ(internal::to_hex({"\x00\x0f\x7f\x80\xff", 5}), "000f7f80ff");
}

}  // namespace
}  // namespace easypost_connect::unit_test
