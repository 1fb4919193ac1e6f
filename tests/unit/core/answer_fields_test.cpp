// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

/// "name=value|name=value"
std::string spelled(std::string_view body) {
  std::string text;
  for (const auto& [name, value] : answer_fields(body)) {
    text.append(text.empty() ? "" : "|").append(name).append("=").append(value);
  }
  return text;
}

struct Body {
  const char* text;
  const char* means;
};

TEST(AnswerFields, AreTheSameWhateverTheBodyIsMadeOf) {
  constexpr Body kBodies[] = {
      {"", ""},
      {" \r\n", ""},
      {"Jwt is missing\n", "=Jwt is missing"},
      {R"("Unauthorized")", "=Unauthorized"},
      {R"({"message":"Forbidden"})", "message=Forbidden"},
      {R"({"error":{"code":400,"status":"INVALID"},"ok":false,"none":null})",
       "error.code=400|error.status=INVALID|ok=false"},
      {R"({"errors":[{"reason":"a"},{"reason":" b "}],"message":["c","d"]})",
       "errors.reason=a|errors.reason=b|message=c|message=d"},
      {R"({"message":"cut)", ""},
      {"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
       "Code=AccessDenied|Message=Request has expired"},
      {"<ams:fault xmlns:ams=\"x\"><ams:code>900901</ams:code></ams:fault>", "code=900901"},
      {"<TITLE>Access Denied</TITLE><H1 class=\"a\">No</H1>\nReference&#32;&#35;18&#x2e;ab &amp; &lt;c&gt; &nbsp;&bad",
       "TITLE=Access Denied|H1=No|/H1=Reference #18.ab & <c>  &bad"},
      {"<never ends", ""},
      {"<a>text", "a=text"},
  };
  for (const auto& [text, means] : kBodies) EXPECT_EQ(spelled(text), means) << text;
}

TEST(AnswerFields, AreBounded) {
  EXPECT_EQ(answer_fields(std::string(17'000, 'x')).size(), 0U);
  EXPECT_EQ(answer_fields(std::string(1000, 'x')).at(0).value.size(), 512U);
  std::string many = "[0";
  for (int i = 0; i < 1000; ++i) many += ",1";
  EXPECT_EQ(answer_fields(many + "]").size(), 64U);
  EXPECT_EQ(answer_fields(std::string(100, '[') + "1" + std::string(100, ']')).size(), 0U);
}

TEST(Fits, KnowsAStarAtEitherEnd) {
  EXPECT_TRUE(fits("Forbidden", "forbidden"));
  EXPECT_FALSE(fits("Forbidden!", "forbidden"));
  EXPECT_TRUE(fits("Jwt is expired now", "jwt is expired*"));
  EXPECT_FALSE(fits("Jwt is", "jwt is expired*"));
  EXPECT_TRUE(fits("error.message", "*message"));
  EXPECT_FALSE(fits("age", "*message"));
  EXPECT_TRUE(fits("no API key found", "*api key*"));
  EXPECT_FALSE(fits("no key found", "*api key*"));
  EXPECT_TRUE(fits("", "*"));
  EXPECT_TRUE(fits("", ""));
  EXPECT_FALSE(fits("x", ""));
}

}  // namespace
}  // namespace easypost_connect::internal
