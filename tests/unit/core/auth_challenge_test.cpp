// SPDX-License-Identifier: Apache-2.0
#include "core/answer_fields.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

/// Writes challenges as the table has them: "Bearer{realm=api,error=invalid_token} Negotiate{}".
std::string spelled(const std::vector<AuthChallenge>& challenges) {
  std::string text;
  for (const auto& challenge : challenges) {
    text += (text.empty() ? "" : " ") + challenge.scheme + '{';
    for (const auto& [name, value] : challenge.parameters) {
      text.append(text.back() == '{' ? "" : ",").append(name).append("=").append(value);
    }
    text += '}';
  }
  return text;
}

std::string read(const std::string& field) {
  return spelled(auth_challenges({{"WWW-Authenticate", field}}, "www-authenticate"));
}

struct Field {
  const char* value;
  const char* means;
};

TEST(AuthChallenges, ReadsWhatRfc9110Allows) {
  constexpr Field kFields[] = {
      {"Basic", "Basic{}"},
      {"Bearer realm=\"api\"", "Bearer{realm=api}"},
      {"Bearer realm=\"api\", error=\"invalid_token\"", "Bearer{realm=api,error=invalid_token}"},
      {"Bearer error=invalid_token,scope=jobs", "Bearer{error=invalid_token,scope=jobs}"},
      {"Bearer realm = \"a\" , error\t=\t\"b\"", "Bearer{realm=a,error=b}"},
      {"Negotiate, Bearer realm=\"a\", Key", "Negotiate{} Bearer{realm=a} Key{}"},
      {"Basic realm=\"a, b\", Bearer error=\"c\"", "Basic{realm=a, b} Bearer{error=c}"},
      {R"(Basic realm="say \"a\", \\ b", charset="UTF-8")", R"(Basic{realm=say "a", \ b,charset=UTF-8})"},
      {"Negotiate YIIG/8+a==, Bearer error=\"c\"", "Negotiate{} Bearer{error=c}"},
      {"Negotiate YIIG=", "Negotiate{}"},
      {"NTLM TlRMTVNT, Key name=\"x-api-key\"", "NTLM{} Key{name=x-api-key}"},
      {R"(Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple")",
       R"(Newauth{realm=apps,type=1,title=Login to "apps"} Basic{realm=simple})"},
      {", ,Bearer , realm=\"a\" ,,", "Bearer{realm=a}"},
      {"Basic realm=\"\", Bearer", "Basic{realm=} Bearer{}"},
  };
  for (const auto& [value, means] : kFields) EXPECT_EQ(read(value), means) << value;
}

TEST(AuthChallenges, ReadsWhatServersMakeOfIt) {
  constexpr Field kFields[] = {
      {"", ""},
      {" \t, ;", ""},
      {"Bearer realm=\"a\" error=\"b\"", "Bearer{realm=a,error=b}"},
      {"Bearer realm=\"a\"; error=\"b\"", "Bearer{realm=a,error=b}"},
      {"Bearer error='invalid_token', realm='a b'", "Bearer{error=invalid_token,realm=a b}"},
      {"Bearer error_description=the token expired, error=b", "Bearer{error_description=the token expired,error=b}"},
      {"Basic realm=\"a\" Bearer realm=\"b\"", "Basic{realm=a} Bearer{realm=b}"},
      {"Bearer: realm=\"a\"", "Bearer{realm=a}"},
      {"realm=\"a\", error=\"b\"", "{realm=a,error=b}"},
      {"Bearer realm=\"never ends", "Bearer{realm=never ends}"},
      {"Bearer realm=\"ends in a backslash\\", "Bearer{realm=ends in a backslash\\}"},
      {"Bearer realm=", "Bearer{}"},
      {"Bearer realm=, error=\"b\"", "Bearer{error=b}"},
      {"\"Bearer realm=a\"", "Bearer{realm=a\"}"},
      {"= = ,=", ""},
  };
  for (const auto& [value, means] : kFields) EXPECT_EQ(read(value), means) << value;
}

TEST(AuthChallenges, ReadsEveryFieldOfTheName) {
  const Headers headers{{"WWW-Authenticate", "Negotiate"},
                        {"Proxy-Authenticate", "Digest realm=\"proxy\""},
                        {"www-authenticate", "Bearer error=\"x\", Basic"},
                        {"WWW-AUTHENTICATE", "realm=\"without a scheme\""}};
  EXPECT_EQ(spelled(auth_challenges(headers, "www-authenticate")),
            "Negotiate{} Bearer{error=x} Basic{} {realm=without a scheme}");
  EXPECT_EQ(spelled(auth_challenges(headers, "Proxy-Authenticate")), "Digest{realm=proxy}");
  EXPECT_EQ(spelled(auth_challenges({}, "www-authenticate")), "");
}

TEST(AuthChallenges, KeepsTheWordsOfAScheme) {
  const Headers headers{{"www-authenticate", "Internal API Key realm=\"a\", Mutual SSL, Basic realm=\"b\""},
                        {"www-authenticate", "NTLM TlRMTVNTUAACAAAADAAMADgAAAA"}};
  std::string words;
  for (const auto& challenge : auth_challenges(headers, "www-authenticate")) words += challenge.words + ';';
  EXPECT_EQ(words, "Internal API Key;Mutual SSL;Basic;NTLM;");
}

TEST(AuthChallenges, FindsNamesInAnyCase) {
  const auto challenges =
      auth_challenges({{"www-authenticate", "BEARER Error=\"x\", error=\"y\""}}, "www-authenticate");
  ASSERT_EQ(challenges.size(), 1U);
  EXPECT_TRUE(challenges[0].is("bearer"));
  EXPECT_FALSE(challenges[0].is("bear"));
  EXPECT_EQ(challenges[0].parameter("error"), "x");
  EXPECT_EQ(challenges[0].parameter("scope"), "");
}

TEST(AuthChallenges, AreBounded) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "Key a=\"b\", ";
  EXPECT_EQ(auth_challenges({{"www-authenticate", many}}, "www-authenticate").size(), 32U);
  std::string long_one = "Key ";
  for (int i = 0; i < 1000; ++i) long_one += "a=b, ";
  EXPECT_EQ(auth_challenges({{"www-authenticate", long_one}}, "www-authenticate").at(0).parameters.size(), 32U);
  EXPECT_EQ(read(std::string(8192, ' ') + "Key"), "");
}

}  // namespace
}  // namespace easypost_connect::internal
