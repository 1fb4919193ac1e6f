// SPDX-License-Identifier: Apache-2.0
#include "core/redact.hpp"

#include <string>

#include <gtest/gtest.h>

#include "core/base64.hpp"

namespace easypost_connect::internal {
namespace {

struct Quoting {
  const char* name;
  std::string text;
  std::string secret = "ab/cd+ef==";
};

const std::string kLong = "Zq7~Xw9/Lm2+Rt5=";

// Each text holds the secret, or a part of it.
const Quoting kQuoting[] = {
    {"AsItIs", "bad client_secret=ab/cd+ef=="},
    {"Twice", "ab/cd+ef==ab/cd+ef=="},
    {"AllOfAShortOne", "not tiny!", "tiny"},
    {"ItsBeginning", "starts with Zq7~Xw9/...", kLong},
    {"ItsEnd", "ends with /Lm2+Rt5=", kLong},
    {"InPercent", "bad client_secret=ab%2Fcd%2Bef%3D%3D"},
    {"InPercentInSmallLetters", "ab%2fcd%2bef%3d%3d"},  // .NET's HttpUtility
    {"InPercentThoughUnreserved", "ab%7Ecd", "ab~cd"},
    {"InPercentTwice", "ab%252Fcd%252Bef%253D%253D"},
    {"WithJsonsSlash", R"(ab\/cd+ef==)"},      // PHP's json_encode
    {"WithJsonsCodes", R"(ab/cd\u002Bef==)"},  // System.Text.Json
    {"WithQuotesEscaped", R"(say \"a\"b\\c\" to)", R"("a"b\c")"},
    {"WithHtmlsNames", "a&amp;b&lt;c", "a&b<c"},
    {"WithHtmlsNumbers", "ab&#47;cd&#x2B;ef&#61;&#61;"},
    {"InBase64", "'" + base64_encode("ab/cd+ef==") + "' is wrong"},
    {"InBase64Unpadded", "YSZiPGM", "a&b<c"},
    {"InBase64BehindASlash", "/oauth2/token/" + base64_encode("ab/cd+ef==")},
    {"InBase64CutOff", "Authorization: Basic " + base64_encode("my-client:" + kLong).substr(3, 25) + "...", kLong},
    {"InTheHeaderOfBasic", "header: 'Basic " + base64_encode("my-client:my-secret") + "'", "my-secret"},
    {"InTheHeaderOfBasicFormEncoded", "Basic " + base64_encode("my-client:ab%2Fcd%2Bef%3D%3D")},
    {"InTheHeaderOfBasicInPercent", "Basic%20bXktY2xpZW50Om15LXNlY3JldA%3D%3D", "my-secret"},
    {"InBase64Url", "fn5-fn4_", "~~~~~?"},
    {"WhoseSignatureWasEncoded", "sig is 0123456789+/=", "se=1&sig=0123456789%2B%2F%3D"},
};

TEST(Redact, SeesASecretHoweverItIsQuoted) {
  for (const auto& [name, text, secret] : kQuoting) {
    EXPECT_TRUE(quotes(text, {secret})) << name;
    EXPECT_EQ(quotable(text, 200, {secret}), kLeftOut) << name;
  }
}

TEST(Redact, SeesASecretInWhatIsPrinted) {
  EXPECT_EQ(quotable("ab/\x01"
                     "cd+\xC3\xA4"
                     "ef==",
                     200, {"ab/cd+ef=="}),
            kLeftOut);
  EXPECT_EQ(quotable("the end is cut: ab/cd+ef==", 20, {"ab/cd+ef=="}), kLeftOut);
}

TEST(Redact, LeavesOtherTextsAlone) {
  const std::string text = "AADSTS7000215: Invalid client secret for app 'partner-1' (50%, &c., C:\\u, a/b)";
  for (const std::string secret : {"", "ab/cd+ef==", "canary-secret", "Zq7~Xw9/Lm2+Rt5="}) {
    EXPECT_EQ(quotable(text, 200, {secret}), text) << secret;
  }
  EXPECT_EQ(quotable(text, 13, {"canary-secret"}), "AADSTS7000215");
  EXPECT_EQ(quotable("", 200, {"canary-secret"}), "");
}

TEST(Redact, CountsAPartFromTheGivenLengthOn) {
  const std::string query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0123456789abcdef0123456789abcdef";
  EXPECT_FALSE(quotes("Please use AWS4-HMAC-SHA256 in X-Amz-Algorithm.", {query, 20}));
  EXPECT_TRUE(quotes("not 6789abcdef0123456789abc", {query, 20}));
}

}  // namespace
}  // namespace easypost_connect::internal
