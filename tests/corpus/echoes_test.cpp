// SPDX-License-Identifier: Apache-2.0
// Every way in which a secret can come back, in every place from which words get into an Error, an event or a log line.
#include <cctype>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/line_logger.hpp>

#include "core/base64.hpp"
#include "core/form_encoding.hpp"
#include "core/hex.hpp"
#include "core/json_string.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace test_support;

// Each credential of the client is this one, so that an echo is an echo of all.
constexpr std::string_view kSecret = "Zq7~Xw9/Lm2+Rt5=Kp3&Vb8\\Hn4!";

std::string in_hex(char c) { return internal::to_hex({&c, 1}); }

std::string in_decimal(char c) { return std::to_string(static_cast<int>(c)); }

/// Each character by its code.
std::string each(std::string_view text, const char* before, std::string (*code)(char), const char* after = "") {
  std::string out;
  for (const char c : text) out.append(before).append(code(c)).append(after);
  return out;
}

std::string in_case(std::string text, int (*change)(int)) {
  for (char& c : text) c = static_cast<char>(change(c));
  return text;
}

std::string for_url(std::string text) {
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text.substr(0, text.find('='));
}

std::string percent(std::string_view text) {
  std::string out;
  internal::append_percent_encoded(out, text);
  return out;
}

std::string json(std::string_view text) {
  std::string out;
  internal::append_json_string(out, text);
  return out.substr(1, out.size() - 2);
}

std::string html(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

struct Encoding {
  const char* name;
  std::string echo;
};

void PrintTo(const Encoding& row, std::ostream* out) { *out << row.name; }

std::vector<Encoding> encodings() {
  const std::string secret(kSecret);
  std::vector<Encoding> rows = {
      {"AsItIs", secret},
      {"ItsBeginning", secret.substr(0, 9)},
      {"ItsMiddle", secret.substr(9, 10)},
      {"ItsEnd", secret.substr(20)},
      {"InCapitals", in_case(secret, std::toupper)},
      {"InSmallLetters", in_case(secret, std::tolower)},
      {"InPercent", percent(secret)},
      {"InPercentThroughoutInSmallLetters", each(secret, "%", in_hex)},
      {"InPercentThroughout", in_case(each(secret, "%", in_hex), std::toupper)},
      {"InPercentTwice", percent(percent(secret))},
      {"ForJson", json(secret)},
      {"ForJsonByCode", each(secret, "\\u00", in_hex)},
      {"ForHtml", html(secret)},
      {"ForHtmlByNumber", each(secret, "&#", in_decimal, ";")},
      {"ForHtmlByHexadecimalNumber", each(secret, "&#x", in_hex, ";")},
      {"ForC", each(secret, "\\x", in_hex)},
      {"InHex", internal::to_hex(secret)},
      {"InHexInCapitals", in_case(internal::to_hex(secret), std::toupper)},
      {"PartInHex", internal::to_hex(secret).substr(5, 22)},
      {"InTheHeaderOfBasic", internal::base64_encode("partner-1:" + secret)},
      {"InTheHeaderOfBasicFormEncoded", internal::base64_encode("partner-1:" + percent(secret))},
      {"InBase64InPercent", percent(internal::base64_encode(secret))},
      {"InBase64Twice", internal::base64_encode(internal::base64_encode(secret))},
      {"InBase64OfHex", internal::base64_encode(internal::to_hex(secret))},
      {"PartInBase64", internal::base64_encode(secret).substr(3, 15)},
  };
  const char* const kAligned[] = {"", "x", "xy"};
  const char* const kNames[] = {"InBase64", "InBase64SecondAlignment", "InBase64ThirdAlignment"};
  const char* const kUrlNames[] = {"InBase64Url", "InBase64UrlSecondAlignment", "InBase64UrlThirdAlignment"};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string echo = internal::base64_encode(kAligned[i] + secret);
    rows.push_back({kNames[i], echo});
    rows.push_back({kUrlNames[i], for_url(echo)});
  }
  return rows;
}

struct Place {
  const char* name;
  Result<Response> (*reply)(const SentRequest& sent, const std::string& echo);
  bool upload = false;
};

void PrintTo(const Place& row, std::ostream* out) { *out << row.name; }

Error told(const std::string& echo) {
  Error error = failure(ErrorCode::kConnection);
  error.message = "It said " + echo + ".";
  return error;
}

std::string complaint(const std::string& code, const std::string& words) {
  std::string body = R"({"error":)";
  internal::append_json_string(body, code);
  body += R"(,"error_description":)";
  internal::append_json_string(body, words);
  return body + '}';
}

Result<Response> to_token_request(const SentRequest& /*sent*/, Result<Response> reply) { return reply; }

/// What the token endpoint answers; the API is not reached.
template <typename Made>
Result<Response> token_or(const SentRequest& sent, const Made& made) {
  return sent.url == kTokenUrl ? Result<Response>(token_answer(json(kSecret))) : made();
}

const Place kPlaces[] = {
    {"WordsOfTheTokenEndpoint",
     [](const SentRequest& sent, const std::string& echo) {
       return to_token_request(sent, answer(400, complaint("invalid_client", "bad secret '" + echo + "'")));
     }},
    {"CodeOfTheTokenEndpoint",
     [](const SentRequest& sent, const std::string& echo) {
       return to_token_request(sent, answer(400, complaint(echo, "no")));
     }},
    {"TokenTypeOfTheTokenEndpoint",
     [](const SentRequest& sent, const std::string& echo) {
       std::string body = R"({"access_token":"x","token_type":)";
       internal::append_json_string(body, echo);
       return to_token_request(sent, answer(200, body + '}'));
     }},
    {"MemberOfTheTokenEndpoint",
     [](const SentRequest& sent, const std::string& echo) {
       std::string body = "{";
       internal::append_json_string(body, echo);
       return to_token_request(sent, answer(200, body + R"(:{"access_token":"x"}})"));
     }},
    {"RedirectOfTheTokenEndpoint",
     [](const SentRequest& sent, const std::string& echo) {
       return to_token_request(sent, answer(302, "", {{"location", "https://" + percent(echo) + ".test/"}}));
     }},
    {"EncodingOfTheTokenEndpoint",
     [](const SentRequest& sent, const std::string& echo) {
       return to_token_request(sent, answer(200, "\x1f\x8b", {{"content-encoding", echo}}));
     }},
    {"TransportOfTheTokenRequest",
     [](const SentRequest& sent, const std::string& echo) { return to_token_request(sent, told(echo)); }},
    {"RequestIdOfTheApi",
     [](const SentRequest& sent, const std::string& echo) {
       return token_or(sent, [&] { return answer(500, "", {{"x-request-id", echo}}); });
     }},
    {"ChallengeOfTheApi",
     [](const SentRequest& sent, const std::string& echo) {
       return token_or(sent, [&] {
         return answer(401, echo,
                       {{"www-authenticate", "Bearer error=\"invalid_token\", error_description=\"" + echo + '"'}});
       });
     }},
    {"CertificateWordsOfTheApi",
     [](const SentRequest& sent, const std::string& echo) {
       return token_or(sent, [&] { return answer(400, "The SSL certificate error: " + echo); });
     }},
    {"TransportOfTheCall",
     [](const SentRequest& sent, const std::string& echo) { return token_or(sent, [&] { return told(echo); }); }},
    {"WordsOfTheStorage",
     [](const SentRequest& /*sent*/, const std::string& echo) -> Result<Response> {
       return answer(403, "<Error><Code>AccessDenied</Code><Message>" + echo + "</Message></Error>");
     },
     true},
    {"CodeAndIdsOfTheStorage",
     [](const SentRequest& /*sent*/, const std::string& echo) -> Result<Response> {
       return answer(403, "<Error><Code>" + echo + "</Code><RequestId>" + echo + "</RequestId></Error>",
                     {{"x-ms-error-code", echo}, {"x-ms-request-id", echo}});
     },
     true},
};

/// All that is said of a call: its Error, and a log in either form.
class Echoes : public ::testing::TestWithParam<std::tuple<Encoding, Place>> {
 protected:
  /// `options` with the text of each log line added to told_.
  [[nodiscard]] ClientOptions options() {
    ClientOptions options = client_options(transport_);
    options.credentials.api_key = Secret(kSecret);
    options.credentials.oauth_client.secret = Secret(kSecret);
    options.credentials.client_certificate.passphrase = Secret(kSecret);
    options.retry.max_attempts = 2;
    options.retry.first_pause = std::chrono::milliseconds(1);
    options.observer =
        make_line_logger(LogLevel::kDebug, [this](std::string_view line) { told_.append(line) += '\n'; });
    return options;
  }

  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  std::string told_;
};

bool holds_a_part(std::string_view text, std::string_view of) {
  for (std::size_t at = 0; at + 8 <= of.size(); ++at) {
    if (text.find(of.substr(at, 8)) != std::string_view::npos) return true;
  }
  return false;
}

TEST_P(Echoes, AreLeftOut) {
  const auto& encoding = std::get<0>(GetParam());
  const auto& place = std::get<1>(GetParam());
  transport_->always([&](const SentRequest& sent) { return place.reply(sent, encoding.echo); });
  auto client = ConnectClient::create(options()).value();
  const std::string url = "https://storage.example.test/k?X-Amz-Date=1&X-Amz-Signature=" + percent(kSecret);
  const auto response = place.upload ? client.upload(url, Body("letter")) : client.get("/jobs");
  ASSERT_FALSE(response);
  told_ += response.error().describe();
  EXPECT_FALSE(holds_a_part(told_, encoding.echo)) << told_;
  EXPECT_FALSE(holds_a_part(told_, kSecret)) << told_;
  EXPECT_FALSE(holds_a_part(told_, percent(encoding.echo))) << told_;
}

INSTANTIATE_TEST_SUITE_P(All, Echoes,
                         ::testing::Combine(::testing::ValuesIn(encodings()), ::testing::ValuesIn(kPlaces)),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param).name) + "In" + std::get<1>(row.param).name;
                         });

}  // namespace
}  // namespace easypost_connect::corpus
