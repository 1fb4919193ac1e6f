// SPDX-License-Identifier: Apache-2.0
// Every way in which each secret can come back, in every place from which words get into an Error, an event or a log
// line.
#include <cctype>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/line_logger.hpp>

#include "core/encoding.hpp"
#include "core/text.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace test_support;

/// A secret that a client holds. No two share 8 characters, so that each has to be looked for to be left out.
struct Held {
  const char* name;
  std::string_view value;
  bool in_api_calls = true;  ///< a call of the API knows it; otherwise only an upload does
  bool before_token = true;  ///< the client holds it when it asks for a token
  bool in_uploads = true;
};

constexpr Held kHeld[] = {
    {"ApiKey", "Zq7~Xw9/Lm2+Rt5=Kp3&Vb8\\Hn4!"},
    {"ClientSecret", "Ye1~Cs8/Yd6+Gu3=Bf9&Mj2\\Ew7!"},
    {"Passphrase", "Ua4~Ds2/Ft6+Ik8=Lz1&Wr5\\Ox3!"},
    {"ProxyPassword", "Vn6~Hb3/Ej9+Pa2=Sy7&Gc4\\Td8!"},
    {"Token", "Nx3~Ug5/Jw1+Ov4=Rb6&Kt9\\Zf2!", true, false, false},
    {"SignatureOfTheUpload", "Mk8~Ql4/Wz7+Sd1=Hg5&Cx6\\Ip9!", false, false, true},
};

constexpr std::string_view value_of(std::string_view name) {
  for (const Held& each : kHeld) {
    if (each.name == name) return each.value;
  }
  return {};
}

void PrintTo(const Held& row, std::ostream* out) { *out << row.name; }

std::string in_hex(char c) { return internal::to_hex({&c, 1}); }

std::string in_decimal(char c) { return std::to_string(static_cast<int>(c)); }

std::string as_it_is(char c) { return {c}; }

/// Writes each character of `text` as its code, between `before` and `after`.
std::string each(std::string_view text, const char* before, std::string (*code)(char), std::string_view after = "") {
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

std::vector<Encoding> encodings_of(std::string_view held) {
  const std::string secret(held);
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
      {"InHexWithColons", each(secret, "", in_hex, ":")},
      {"InHexWithBlanks", each(secret, "", in_hex, " ")},
      {"InNumbers", each(secret, "", in_decimal, ", ")},
      {"InBase64OfUtf16", internal::base64_encode(each(secret, "", as_it_is, {"\0", 1}))},
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
  Result<Response> (*reply)(const std::string& echo);
  enum Kind { kTokenRequest, kApiCall, kUpload } kind;
};

bool knows(const Place& place, const Held& held) {
  if (place.kind == Place::kUpload) return held.in_uploads;
  return place.kind == Place::kApiCall ? held.in_api_calls : held.before_token;
}

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

const Place kPlaces[] = {
    {"WordsOfTheTokenEndpoint",
     [](const std::string& echo) -> Result<Response> {
       return answer(400, complaint("invalid_client", "bad secret '" + echo + "'"));
     },
     Place::kTokenRequest},
    {"CodeOfTheTokenEndpoint",
     [](const std::string& echo) -> Result<Response> { return answer(400, complaint(echo, "no")); },
     Place::kTokenRequest},
    {"TokenTypeOfTheTokenEndpoint",
     [](const std::string& echo) -> Result<Response> {
       std::string body = R"({"access_token":"x","token_type":)";
       internal::append_json_string(body, echo);
       return answer(200, body + '}');
     },
     Place::kTokenRequest},
    {"MemberOfTheTokenEndpoint",
     [](const std::string& echo) -> Result<Response> {
       std::string body = "{";
       internal::append_json_string(body, echo);
       return answer(200, body + R"(:{"access_token":"x"}})");
     },
     Place::kTokenRequest},
    {"RedirectOfTheTokenEndpoint",
     [](const std::string& echo) -> Result<Response> {
       return answer(302, "", {{"location", "https://" + percent(echo) + ".test/"}});
     },
     Place::kTokenRequest},
    {"EncodingOfTheTokenEndpoint",
     [](const std::string& echo) -> Result<Response> {
       return answer(200, "\x1f\x8b", {{"content-encoding", echo}});
     },
     Place::kTokenRequest},
    {"TransportOfTheTokenRequest", [](const std::string& echo) -> Result<Response> { return told(echo); },
     Place::kTokenRequest},
    {"RequestIdOfTheApi",
     [](const std::string& echo) -> Result<Response> {
       return answer(500, "", {{"x-request-id", echo}});
     },
     Place::kApiCall},
    {"ChallengeOfTheApi",
     [](const std::string& echo) -> Result<Response> {
       return answer(401, echo,
                     {{"www-authenticate", "Bearer error=\"invalid_token\", error_description=\"" + echo + '"'}});
     },
     Place::kApiCall},
    {"CertificateWordsOfTheApi",
     [](const std::string& echo) -> Result<Response> { return answer(400, "The SSL certificate error: " + echo); },
     Place::kApiCall},
    {"TransportOfTheCall", [](const std::string& echo) -> Result<Response> { return told(echo); }, Place::kApiCall},
    {"WordsOfTheStorage",
     [](const std::string& echo) -> Result<Response> {
       return answer(403, "<Error><Code>AccessDenied</Code><Message>" + echo + "</Message></Error>");
     },
     Place::kUpload},
    {"CodeAndIdsOfTheStorage",
     [](const std::string& echo) -> Result<Response> {
       return answer(403, "<Error><Code>" + echo + "</Code><RequestId>" + echo + "</RequestId></Error>",
                     {{"x-ms-error-code", echo}, {"x-ms-request-id", echo}});
     },
     Place::kUpload},
};

/// Tests one secret at one place in all encodings.
class Echoes : public ::testing::TestWithParam<std::tuple<Held, Place>> {
 protected:
  Echoes() {
    ::setenv("https_proxy", ("http://user:" + percent(value_of("ProxyPassword")) + "@proxy.test:3128").c_str(), 1);
  }
  ~Echoes() override { ::unsetenv("https_proxy"); }

  /// Returns all that the client says of a call: its Error, and all lines of a log.
  [[nodiscard]] static std::string told_of(const Place& place, const std::string& echo) {
    std::string told;
    const auto transport = std::make_shared<FakeTransport>();
    transport->always([&](const SentRequest& sent) -> Result<Response> {
      const bool is_asked_for_a_token = place.kind == Place::kApiCall && sent.url == kTokenUrl;
      return is_asked_for_a_token ? token_answer(json(value_of("Token"))) : place.reply(echo);
    });
    ClientOptions options = client_options(transport);
    options.credentials.api_key = Secret(value_of("ApiKey"));
    options.credentials.oauth_client.secret = Secret(value_of("ClientSecret"));
    options.credentials.client_certificate.passphrase = Secret(value_of("Passphrase"));
    options.retry.max_attempts = 2;
    options.retry.first_pause = std::chrono::milliseconds(1);
    options.observer = make_line_logger(LogLevel::kDebug, [&](std::string_view line) { told.append(line) += '\n'; });
    auto client = ConnectClient::create(std::move(options)).value();
    const std::string url =
        "https://storage.example.test/k?X-Amz-Date=1&X-Amz-Signature=" + percent(value_of("SignatureOfTheUpload"));
    const auto response = place.kind == Place::kUpload ? client.upload(url, Body("letter")) : client.get("/jobs");
    EXPECT_FALSE(response);
    return response ? told : told + response.error().describe();
  }
};

bool holds_a_part(std::string_view text, std::string_view of) {
  for (std::size_t at = 0; at + 8 <= of.size(); ++at) {
    if (text.find(of.substr(at, 8)) != std::string_view::npos) return true;
  }
  return false;
}

TEST_P(Echoes, AreLeftOut) {
  const auto& [held, place] = GetParam();
  if (!knows(place, held)) return;
  for (const Encoding& encoding : encodings_of(held.value)) {
    const std::string told = told_of(place, encoding.echo);
    EXPECT_FALSE(holds_a_part(told, encoding.echo)) << encoding.name << ": " << told;
    EXPECT_FALSE(holds_a_part(told, held.value)) << encoding.name << ": " << told;
    EXPECT_FALSE(holds_a_part(told, percent(encoding.echo))) << encoding.name << ": " << told;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Echoes, ::testing::Combine(::testing::ValuesIn(kHeld), ::testing::ValuesIn(kPlaces)),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param).name) + "In" + std::get<1>(row.param).name;
                         });

}  // namespace
}  // namespace easypost_connect::corpus
