// SPDX-License-Identifier: Apache-2.0
#include "core/encoding.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

std::string encoded(std::string_view text) {
  std::string out;
  append_percent_encoded(out, text);
  return out;
}

TEST(FormEncoding, KeepsUnreservedCharactersOnly) {
  const std::string unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const bool kept = unreserved.find(text) != std::string::npos;
    EXPECT_EQ(encoded(text).size(), kept ? 1U : 3U) << "byte " << byte;
  }
}

TEST(FormEncoding, WritesUpperCaseHexOfEachByte) {
  EXPECT_EQ(encoded(" +&=%/?#"), "%20%2B%26%3D%25%2F%3F%23");
  EXPECT_EQ(encoded("\xC3\xBC"), "%C3%BC");  // U+00FC in UTF-8
  EXPECT_EQ(encoded(std::string_view("\0\xFF\r\n", 4)), "%00%FF%0D%0A");
  EXPECT_EQ(encoded(""), "");
}

TEST(FormEncoding, JoinsFieldsWithAmpersands) {
  std::string form;
  append_form_field(form, "grant type", "client&credentials");
  append_form_field(form, "scope", "");
  append_form_field(form, "a", "b=c");
  EXPECT_EQ(form, "grant%20type=client%26credentials&scope=&a=b%3Dc");
}

}  // namespace
}  // namespace easypost_connect::internal
