// SPDX-License-Identifier: Apache-2.0
#include "core/encoding.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foo"), "Zm9v");
  EXPECT_EQ(base64_encode("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
}

TEST(Base64, EncodesBinary) { EXPECT_EQ(base64_encode(std::string_view("\0\xFF\xFE\xFB", 4)), "AP/++w=="); }

TEST(Base64, HasAnAlphabetForUrls) {
  EXPECT_EQ(base64url_encode("\xfb\xff\xfe?"), "-__-Pw");
  EXPECT_EQ(base64url_encode(""), "");
}

TEST(Base64, BreaksNoLines) {
  const std::string encoded = base64_encode(std::string(3000, 'a'));
  EXPECT_EQ(encoded.size(), 4000U);
  EXPECT_EQ(encoded.find('\n'), std::string::npos);
}

TEST(Base64, DecodesWhatItEncodes) {
  for (const char* text : {"f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\xfb"}) {
    EXPECT_TRUE(base64_decode(base64_encode(text)) == Secret(text)) << text;
  }
  EXPECT_TRUE(base64_decode(" Zm9v\r\nYmFy\n") == Secret("foobar"));
}

TEST(Base64, DecodesNothingElse) {
  for (const char* text : {"", "\n", "Z", "Zg", "Zg=", "Zg===", "Z===", "Zg=v", "Zm9v!mFy", "Zm9vYg==Zg=="}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace easypost_connect::internal
