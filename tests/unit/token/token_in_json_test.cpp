// SPDX-License-Identifier: Apache-2.0
#include "token/client_credentials_grant.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

struct Row {
  const char* name;
  std::string json;
  std::string token;
  std::string left;
};

const Row kRows[] = {
    {"Rfc6749", R"({"access_token":"2Yot","expires_in":3600})", "2Yot", R"({"access_token":"xxxx","expires_in":3600})"},
    {"Blanks", "{ \"access_token\" :\n \"2Yot\" }", "2Yot", "{ \"access_token\" :\n \"xxxx\" }"},
    {"Type", R"({"token_type":"Bearer","access_token":"a"})", "a", R"({"token_type":"Bearer","access_token":"x"})"},
    {"SlashEscaped", R"({"access_token":"a\/b"})", "a/b", R"({"access_token":"xxxx"})"},
    {"Code", R"({"access_token":"a\u002Bb"})", "a+b", R"({"access_token":"xxxxxxxx"})"},
    {"LineEnd", R"({"access_token":"a\nb"})",
     "a\x01"
     "b",
     R"({"access_token":"xxxx"})"},
    {"CodeBeyondAscii", R"({"access_token":"\u00e4"})", "\x01", R"({"access_token":"xxxxxx"})"},
    {"CodeCutOff", R"({"access_token":"\u00)", "\x01", R"({"access_token":"xxxx)"},
    {"QuoteInside", R"({"access_token":"a\"b","x":"y"})", "a\"b", R"({"access_token":"xxxx","x":"y"})"},
    {"Inside", R"({"data":{"access_token":"a"}})", "", R"({"data":{"access_token":"x"}})"},
    {"OtherTokens", R"({"refresh_token":"r","idToken":"i"})", "", R"({"refresh_token":"x","idToken":"x"})"},
    {"TheLastOfTwo", R"({"access_token":"a","access_token":"b"})", "b", R"({"access_token":"x","access_token":"x"})"},
    {"Number", R"({"access_token":7,"error":"e"})", "", R"({"access_token":7,"error":"e"})"},
    {"AsAValue", R"({"error":"access_token","x":"y"})", "", R"({"error":"access_token","x":"y"})"},
    {"CutOff", R"({"access_token":"abc)", "abc", R"({"access_token":"xxx)"},
    {"CutOffBehindABackslash", R"({"access_token":"abc\)", "abc\\", R"({"access_token":"xxxx)"},
    {"Empty", "", "", ""},
    {"NoJson", "access_token=abc", "", "access_token=abc"},
};

TEST(TokenInJson, IsTakenAndOverwritten) {
  for (const auto& [name, json, token, left] : kRows) {
    std::string answer = json;
    EXPECT_TRUE(take_token(answer) == Secret(token)) << name;
    EXPECT_EQ(answer, left) << name;
  }
}

}  // namespace
}  // namespace easypost_connect::internal
