// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

TEST(Ascii, EqualsIgnoringCaseComparesLettersOnly) {
  EXPECT_TRUE(equals_ignoring_case("Content-Type", "cONTENT-tYPE"));
  EXPECT_TRUE(equals_ignoring_case("", ""));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("ab", "a"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));  // the same bit differs in 'A' and 'a'
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_case("\xC4", "\xE4"));  // letters in Latin-1, but not in ASCII
}

TEST(Ascii, ContainsIgnoringCase) {
  EXPECT_TRUE(contains_ignoring_case("<title>400 The SSL Certificate error</title>", "the ssl certificate ERROR"));
  EXPECT_TRUE(contains_ignoring_case("anything", ""));
  EXPECT_TRUE(contains_ignoring_case("", ""));
  EXPECT_FALSE(contains_ignoring_case("", "a"));
  EXPECT_FALSE(contains_ignoring_case("abc", "abcd"));
}

TEST(Ascii, TrimTakesBlanksAndTabsFromBothEnds) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim("ab"), "ab");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\r\n"), "\r\n");
}

TEST(Ascii, IsTokenKnowsEveryByte) {
  const std::string allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(is_token(text), allowed.find(text) != std::string::npos) << "byte " << byte;
  }
}

TEST(Ascii, IsTokenWantsEveryCharacterRightAndAtLeastOne) {
  EXPECT_TRUE(is_token("x-request-id"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("x y"));
  EXPECT_FALSE(is_token("x-name:"));
  EXPECT_FALSE(is_token("x-name\r\n"));
}

TEST(Ascii, HasControlCharacterKnowsEveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "a" + std::string(1, static_cast<char>(byte)) + "b";
    EXPECT_EQ(has_control_character(text), byte < 32 || byte == 127) << "byte " << byte;
  }
  EXPECT_FALSE(has_control_character(""));
}

}  // namespace
}  // namespace easypost_connect::internal
