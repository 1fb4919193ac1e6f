// SPDX-License-Identifier: Apache-2.0
#include "core/secrets.hpp"

#include <string>

#include <gtest/gtest.h>

#include "core/encoding.hpp"

namespace easypost_connect::unit_test {
namespace {

using internal::base64_encode;
using internal::kLeftOut;

internal::Secrets of(const std::string& secret, std::size_t shortest_part = 8) {
  internal::Secrets secrets;
  secrets.add(Secret(secret), shortest_part);
  return secrets;
}

struct Quoting {
  const char* name;
  std::string text;
  std::string secret = "ab/cd+ef==";
};

const std::string kLong = "Zq7~Xw9/Lm2+Rt5=";

// Every text holds the secret, or a part of it.
const Quoting kQuoting[] = {
    {"AsItIs", "bad client_secret=ab/cd+ef=="},
    {"InOtherCase", "AB/CD+EF=="},
    {"AsAFormGivesIt", "bad client_secret=ab/cd ef=="},
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
    {"WithCodesOfC", R"(ab\x2fcd\x2Bef==)"},   // nginx's log
    {"WithQuotesEscaped", R"(say \"a\"b\\c\" to)", R"("a"b\c")"},
    {"WithHtmlsNames", "a&amp;b&lt;c", "a&b<c"},
    {"WithNamesOfHtml5", "ab&sol;cd&plus;ef&equals;&equals;"},
    {"WithHtmlsNumbers", "ab&#47;cd&#x2B;ef&#61;&#61;"},
    {"InHex", "61622f63642b65663d3d"},
    {"InHexInCapitals", "x61622F63642B65663D3D"},
    {"InHexCutOff", "1622f63642b65663d3"},
    {"InHexWithColons", "fingerprint 61:62:2f:63:64:2b:65:66:3d:3d"},         // Java, OpenSSL
    {"InHexWithDashes", "61-62-2F-63-64-2B-65-66-3D-3D"},                     // .NET's BitConverter
    {"InHexOfABuffer", "<Buffer 61 62 2f 63 64 2b 65 66 3d 3d>"},             // Node.js
    {"InHexOfALiteral", "{0x61, 0x62, 0x2f, 0x63, 0x64, 0x2b, 0x65, 0x66}"},  // C, Go's %#v
    {"InDecimalNumbers", "[97, 98, 47, 99, 100, 43, 101, 102, 61, 61]"},      // Java's Arrays.toString, JSON of Node.js
    {"InDecimalNumbersWithBlanks", "[97 98 47 99 100 43 101 102 61 61]"},     // Go's %v
    {"InOctalEscapes", R"(\141\142\057\143\144\053\145\146\075\075)"},        // PostgreSQL's bytea, git
    {"InEscapesOfEcmaScript6", R"(\u{61}\u{62}\u{2f}\u{63}\u{64}\u{2b}\u{65}\u{66})"},
    {"InPercentU", "%u0061%u0062%u002f%u0063%u0064%u002b%u0065%u0066"},  // escape() of JScript, IIS
    {"InCodePoints", "U+0061 U+0062 U+002F U+0063 U+0064 U+002B U+0065 U+0066"},
    {"InBase64OfUtf16", "YQBiAC8AYwBkACsAZQBmAD0APQA="},  // PowerShell
    {"InHexOfUtf16", "610062002f00630064002b00650066003d003d00"},
    {"InHexOfUtf16WithBlanks", "61 00 62 00 2f 00 63 00 64 00 2b 00 65 00 66 00"},
    {"InBase64InLines", "Authorization: Basic\r\n bXktY2xpZW50Olpx\r\n N35YdzkvTG0y\r\n K1J0NT0=", kLong},
    {"InBase64", "'" + base64_encode("ab/cd+ef==") + "' is wrong"},
    {"InBase64Unpadded", "YSZiPGM", "a&b<c"},
    {"InBase64BehindASlash", "/oauth2/token/" + base64_encode("ab/cd+ef==")},
    {"InBase64CutOff", "Authorization: Basic " + base64_encode("my-client:" + kLong).substr(3, 25) + "...", kLong},
    {"InTheHeaderOfBasic", "header: 'Basic " + base64_encode("my-client:my-secret") + "'", "my-secret"},
    {"InTheHeaderOfBasicThoughShort", "Basic " + base64_encode("my-client:tiny"), "tiny"},
    {"InTheHeaderOfBasicFormEncoded", "Basic " + base64_encode("my-client:ab%2Fcd%2Bef%3D%3D")},
    {"InTheHeaderOfBasicInPercent", "Basic%20bXktY2xpZW50Om15LXNlY3JldA%3D%3D", "my-secret"},
    {"InBase64Url", "fn5-fn4_", "~~~~~?"},
    {"WhoseSignatureWasEncoded", "sig is 0123456789+/=", "se=1&sig=0123456789%2B%2F%3D"},
    {"OfSeveralWords", "told \"correct horse battery\" by them", "correct horse battery staple"},
    {"OfLettersBeyondAscii", "p\xC3\xA4ssword-9", "p\xC3\xA4ssword-9"},
};

TEST(Secrets, AreSeenHoweverTheyAreQuoted) {
  for (const auto& [name, text, secret] : kQuoting) {
    EXPECT_TRUE(of(secret).quoted_in(text)) << name;
    const std::string shown = of(secret).quotable(text, 200);
    EXPECT_FALSE(of(secret).quoted_in(shown)) << name << ": " << shown;
    EXPECT_NE(shown.find(kLeftOut), std::string::npos) << name << ": " << shown;
  }
}

TEST(Secrets, AreLeftOutWordByWord) {
  EXPECT_EQ(of("ab/cd+ef==").quotable("The secret ab/cd+ef== of partner-1 has expired.", 200),
            "The secret [left out: it quotes a secret] of partner-1 has expired.");
  EXPECT_EQ(of("correct horse battery").quotable("The secret correct horse battery has expired.", 200), kLeftOut);
}

TEST(Secrets, AreSeenInWhatIsPrinted) {
  EXPECT_EQ(of("ab/cd+ef==")
                .quotable("ab/\x01"
                          "cd+\xC3\xA4"
                          "ef==",
                          200),
            kLeftOut);
  EXPECT_EQ(of("ab/cd+ef==").quotable(std::string("a\0b\0/\0c\0d\0+\0e\0f\0", 16), 200), kLeftOut);  // UTF-16
  EXPECT_EQ(of("ab/cd+ef==").quotable("the end is cut: ab/cd+ef==", 20), "the end is cut: [lef");
}

TEST(Secrets, LeaveOtherTextsAlone) {
  const std::string text = "AADSTS7000215: Invalid client secret for app 'partner-1' (50%, &c., C:\\u, a/b)";
  for (const std::string secret : {"", "ab/cd+ef==", "canary-secret", "Zq7~Xw9/Lm2+Rt5="}) {
    EXPECT_EQ(of(secret).quotable(text, 200), text) << secret;
  }
  EXPECT_EQ(of("canary-secret").quotable(text, 13), "AADSTS7000215");
  EXPECT_EQ(of("canary-secret").quotable("", 200), "");
}

TEST(Secrets, OfFewCharactersCountAsWordsOnly) {
  EXPECT_TRUE(of("test").quoted_in("'test' is wrong"));
  for (const char* const text : {"Test", "tests", "latest", "test_id", "test1"}) {
    EXPECT_FALSE(of("test").quoted_in(text)) << text;
  }
  EXPECT_FALSE(of("id").quoted_in("an id is missing"));
}

/// A secret made of common words must not spoil this library's own sentences. Real secrets hold digits.
TEST(Secrets, OfCommonWordsSpareOurOwnSentences) {
  const std::string sentence =
      "Check client id and client secret (EASYPOST_CONNECT_CLIENT_ID, _CLIENT_SECRET), then the password of "
      "http://user:password@host:port, or set client_secret_basic.";
  for (const char* const secret : {"test", "password", "password123", "client_secret", "client-secret", "secret"}) {
    EXPECT_EQ(of(secret).left_out_of(sentence), sentence) << secret;
  }
  EXPECT_EQ(of("correct-horse-battery").left_out_of("It is correct-horse-battery."),
            "It is [left out: it quotes a secret]");
  EXPECT_EQ(of("password123").left_out_of("It is 'password123'."), "It is '[left out: it quotes a secret]'.");
}

TEST(Secrets, AreLeftOutOfAllTextsOfAnError) {
  Error error;
  for (std::string* text : {&error.message, &error.remedy, &error.request_id, &error.seen.tls_alert,
                            &error.seen.oauth_error, &error.seen.transport}) {
    *text = "it is canary-secret-1.";
  }
  of("canary-secret-1").leave_out_of(error);
  EXPECT_EQ(error.describe().find("canary"), std::string::npos) << error.describe();
}

TEST(Secrets, CountAPartFromTheGivenLengthOn) {
  const std::string query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0123456789abcdef0123456789abcdef";
  EXPECT_FALSE(of(query, 20).quoted_in("Please use AWS4-HMAC-SHA256 in X-Amz-Algorithm."));
  EXPECT_TRUE(of(query, 20).quoted_in("not 6789abcdef0123456789abc"));
}

}  // namespace
}  // namespace easypost_connect::unit_test
