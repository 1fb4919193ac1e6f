// SPDX-License-Identifier: Apache-2.0
#include "vaults/ini_section.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

constexpr const char* kText =
    "outside = 1\n"
    "[default]\n"
    "# key = of a comment\n"
    "  key=a = b  \r\n"
    "empty =\n"
    "[ profile prod ]\r\n"
    "key = second\n"
    "[last]";

TEST(IniSectionTest, FindsTheValuesOfASection) {
  const auto section = IniSection::find(kText, "default");
  ASSERT_TRUE(section);
  EXPECT_EQ(section->value("key"), "a = b");
  EXPECT_EQ(section->value("empty"), "");
  EXPECT_EQ(section->value("outside"), "");
  EXPECT_EQ(section->value("missing"), "");
  EXPECT_EQ(IniSection::find(kText, "profile prod")->value("key"), "second");
  EXPECT_EQ(IniSection::find(kText, "last")->value("key"), "");
}

TEST(IniSectionTest, IsMissingUnderAnotherTitle) {
  EXPECT_FALSE(IniSection::find(kText, "prod"));
  EXPECT_FALSE(IniSection::find(kText, "Default"));
  EXPECT_FALSE(IniSection::find("", "default"));
}

}  // namespace
}  // namespace easypost_connect::internal
