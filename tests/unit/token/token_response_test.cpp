// SPDX-License-Identifier: Apache-2.0
#include "token/client_credentials_grant.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Result<AccessToken> parse(std::string body, int status = 200) {
  return parse_token_response(answer(status, std::move(body)), FakeClock().now());
}

/// An answer whose `expires_in` is this piece of JSON.
std::string living(std::string_view expires_in) {
  return R"({"access_token":"canary-secret-token-1","token_type":"Bearer","expires_in":)" + std::string(expires_in) +
         "}";
}

/// An answer whose `access_token` is this piece of JSON.
std::string holding(std::string_view token) {
  return R"({"token_type":"Bearer","expires_in":60,"access_token":)" + std::string(token) + "}";
}

std::string refusing(std::string_view error, std::string_view description) {
  return R"({"error":")" + std::string(error) + R"(","error_description":")" + std::string(description) + R"("})";
}

TEST(TokenResponse, ReadsATokenAndItsLife) {
  const auto token =
      parse(R"({"access_token":"canary-secret-token-1","token_type":"Bearer","expires_in":3600,"x":[1]})");
  ASSERT_THAT(token, IsOk());
  EXPECT_TRUE(token->authorization() == Secret("Bearer canary-secret-token-1"));
  EXPECT_EQ(token->life(), 3600s);
}

TEST(TokenResponse, CountsTheLifeFromTheRequest) {
  FakeClock clock;
  const Moment requested_at = clock.now();
  clock.advance(30s);
  const auto token = parse_token_response(token_answer(kToken, 60), requested_at);
  ASSERT_THAT(token, IsOk());
  clock.advance(30s);
  EXPECT_TRUE(token->expired(clock.now()));
}

TEST(TokenResponse, TheTypeIsBearerInAnyCaseOrNotTold) {
  for (const char* type : {R"("bearer")", R"("BEARER")", R"("")", "null", "7"}) {
    SCOPED_TRACE(type);
    EXPECT_THAT(parse(R"({"access_token":"canary-secret-token-1","token_type":)" + std::string(type) + "}"), IsOk());
  }
}

TEST(TokenResponse, RefusesAnotherType) {
  const auto token = parse(R"({"access_token":"canary-secret-token-1","token_type":"DPoP\u001b[2J"})");
  EXPECT_THAT(token, AllOf(IsError(ErrorCode::kTokenUnusable), BlamedOn(Factor::kService), Says("\"DPoP[2J\"")));
}

struct Life {
  const char* expires_in;
  std::chrono::seconds life;  // zero: the answer is refused
};

TEST(TokenResponse, BoundsWhateverExpiresInSays) {
  constexpr Life kLives[] = {
      {"1", 1s},           {"59.9", 59s},
      {"86400", 24h},      {"86401", 24h},
      {"1e300", 24h},      {"9223372036854775807", 24h},
      {"1e19", 24h},       {"18446744073709551615", 24h},
      {"0", 0s},           {"-1", 0s},
      {"-1e300", 0s},      {"-9223372036854775808", 0s},
      {"0.5", 0s},         {"-0.0", 0s},
      {R"("120")", 120s},  {R"("-120")", 0s},
      {R"("0")", 0s},      {R"("9223372036854775807")", 24h},
      {"null", 60s},       {"true", 60s},
      {"[3600]", 60s},     {R"({"seconds":3600})", 60s},
      {R"("")", 60s},      {R"("soon")", 60s},
      {R"("12.5")", 12s},  {R"("120 s")", 60s},
      {R"(" 120")", 120s}, {R"("99999999999999999999999")", 24h},
      {R"("NaN")", 60s},   {R"("0x10")", 60s},
  };
  for (const auto& [expires_in, life] : kLives) {
    SCOPED_TRACE(expires_in);
    const auto token = parse(living(expires_in));
    if (life == 0s) {
      EXPECT_THAT(token, AllOf(IsError(ErrorCode::kTokenUnusable), Says("expired already")));
    } else {
      ASSERT_THAT(token, IsOk());
      EXPECT_EQ(token->life(), life);
    }
  }
}

TEST(TokenResponse, GivesAShortLifeWhenNoneIsTold) {
  const auto token = parse(R"({"access_token":"canary-secret-token-1","token_type":"Bearer"})");
  ASSERT_THAT(token, IsOk());
  EXPECT_EQ(token->life(), kUnknownTokenLife);
}

TEST(TokenResponse, RefusesWhatIsNoJsonObject) {
  const std::string nan = living("NaN");
  const std::string beyond_double = living("1e400");
  for (const std::string& body :
       {std::string(), std::string(" \r\n"), std::string("{"), std::string("[]"), std::string("42"),
        std::string("null"), std::string(R"("canary-secret-token-1")"), std::string("\0", 1),
        std::string("\xEF\xBB\xBF"), std::string(R"(["access_token"])"), std::string("<html></html>"),
        std::string(R"({"access_token":"canary-secret-tok)"), std::string("{} {}"), nan, beyond_double,
        std::string(R"({'access_token':'canary-secret-token-1'})"),
        std::string("access_token=canary-secret-token-1&token_type=bearer")}) {
    const auto token = parse(body);
    EXPECT_THAT(token, AllOf(IsError(ErrorCode::kTokenUnusable), Says("HTTP status 200"), Not(Says("canary")),
                             Not(IsRetryable())));
  }
}

TEST(TokenResponse, SurvivesEveryTruncation) {
  const std::string whole = token_answer(kToken).body;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(parse(whole.substr(0, size)), IsError(ErrorCode::kTokenUnusable)) << "cut after " << size << " bytes";
  }
}

TEST(TokenResponse, SurvivesDeepNesting) {
  constexpr std::size_t kDepth = 32'000;
  const std::string open(kDepth, '[');
  const std::string close(kDepth, ']');
  EXPECT_THAT(parse(open), IsError(ErrorCode::kTokenUnusable));
  EXPECT_THAT(parse(open + close), IsError(ErrorCode::kTokenUnusable));
  EXPECT_THAT(parse(R"({"access_token":"canary-secret-token-1","extra":)" + open + close + "}"), IsOk());
}

TEST(TokenResponse, RefusesATokenThatIsNone) {
  for (const char* token :
       {"null", "7", "true", R"("")", R"(["canary-secret-token-1"])", R"({"value":"canary-secret-token-1"})"}) {
    EXPECT_THAT(parse(holding(token)), AllOf(IsError(ErrorCode::kTokenUnusable), BlamedOn(Factor::kRequest),
                                             Says("access_token"), Not(Says("canary"))));
  }
  EXPECT_THAT(parse("{}"), AllOf(IsError(ErrorCode::kTokenUnusable), Says("without access_token")));
}

TEST(TokenResponse, RefusesATokenThatNoHeaderCanCarry) {
  for (const char* ending : {" tail", "\\r\\nx-evil: 1", "\\n", "\\u0000tail", "\\t", "\\u007f", "\\u00fc", " "}) {
    SCOPED_TRACE(ending);
    EXPECT_THAT(parse(holding("\"canary-secret" + std::string(ending) + "\"")),
                AllOf(IsError(ErrorCode::kTokenUnusable), Says("no header can carry"), Not(Says("canary"))));
  }
}

TEST(TokenResponse, AcceptsALongToken) {
  const std::string token = "canary-secret-" + std::string(16'000, 'a');
  const auto parsed = parse(holding("\"" + token + "\""));
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(parsed->authorization().size(), token.size() + 7);
}

struct OAuthRefusal {
  const char* error;
  Factor factor;
  bool retryable;
  const char* remedy;
};

// oidc-provider refuses a client that may not use the client_credentials grant in these words (measured).
TEST(TokenResponse, AGrantThatIsNotAllowedHidesBehindInvalidRequest) {
  EXPECT_THAT(
      parse(refusing("invalid_request", "requested grant type is not allowed for this client"), 400),
      AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(Factor::kOAuthClient), Says("client_credentials grant")));
}

TEST(TokenResponse, AGatewayInFrontMayRefuseTheClientCertificate) {
  for (const auto& answer : {parse("<title>400 No required SSL certificate was sent</title>", 400),
                             parse(R"({"error":"certificate","verify":"NONE"})", 403),
                             parse(R"({"message":"no client certificate"})", 401)}) {
    EXPECT_THAT(answer, AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(Factor::kClientCertificate),
                              Says("oauth_client.present_client_certificate"), Not(IsRetryable())));
  }
  EXPECT_THAT(parse(refusing("invalid_client", "client certificate missing"), 401),
              AllOf(BlamedOn(Factor::kClientCertificate), Says("oauth_client.present_client_certificate")));
}

TEST(TokenResponse, ExplainsTheErrorsOfRfc6749) {
  constexpr OAuthRefusal kRefusals[] = {
      {"invalid_client", Factor::kOAuthClient, false, "EASYPOST_CONNECT_CLIENT_ID"},
      {"unauthorized_client", Factor::kOAuthClient, false, "client_credentials grant"},
      {"unsupported_grant_type", Factor::kOAuthClient, false, "client_credentials grant"},
      {"invalid_scope", Factor::kOAuthClient, false, "oauth_client.scope"},
      {"invalid_request", Factor::kOAuthClient, false, "client_secret_basic"},
      {"invalid_grant", Factor::kOAuthClient, false, "Ask EasyPost"},
      {"temporarily_unavailable", Factor::kService, true, "later"},
      {"server_error", Factor::kService, true, "later"},
  };
  for (const auto& row : kRefusals) {
    SCOPED_TRACE(row.error);
    for (const int status : {400, 401, 200}) {  // some servers send errors with 200
      const auto token = parse(refusing(row.error, "because"), status);
      ASSERT_THAT(token,
                  AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(row.factor), Says("(because)"), Says(row.remedy)));
      EXPECT_EQ(token.error().seen.oauth_error, row.error);
      EXPECT_EQ(token.error().seen.http_status, status);
      EXPECT_EQ(token.error().retryable, row.retryable);
    }
  }
}

TEST(TokenResponse, AnErrorBeatsATokenBesideIt) {
  EXPECT_THAT(parse(R"({"access_token":"canary-secret-token-1","error":"invalid_client"})"),
              AllOf(IsError(ErrorCode::kTokenRefused), Not(Says("canary"))));
}

TEST(TokenResponse, AnErrorThatIsNoTextIsNoOAuthError) {
  EXPECT_THAT(parse(R"({"error":{"code":7}})", 400), AllOf(IsError(ErrorCode::kTokenUnusable), Says("JSON object")));
  EXPECT_THAT(parse(R"({"error":"","access_token":"canary-secret-token-1"})"), IsOk());
}

TEST(TokenResponse, ReducesADescriptionToShortPrintableAscii) {
  const auto token = parse(refusing("invalid_client", "caf\xC3\xA9 \\u001b[31m\\r\\n" + std::string(5000, 'x')), 401);
  ASSERT_THAT(token, IsError(ErrorCode::kTokenRefused));
  EXPECT_THAT(token.error().message, HasSubstr("(caf [31mxxx"));
  EXPECT_LT(token.error().message.size(), 300U);
  EXPECT_EQ(token.error().message.find_first_of("\r\n\x1b\xC3"), std::string::npos);
}

TEST(TokenResponse, ReducesTheErrorCodeToo) {
  const auto token = parse(refusing("invalid\\r\\n_client" + std::string(5000, 'x'), ""), 401);
  ASSERT_THAT(token, IsError(ErrorCode::kTokenRefused));
  EXPECT_LE(token.error().seen.oauth_error.size(), 200U);
  EXPECT_EQ(token.error().seen.oauth_error.find_first_of("\r\n"), std::string::npos);
}

struct BareStatus {
  int status;
  ErrorCode code;
  Factor factor;
  bool retryable;
};

TEST(TokenResponse, JudgesAStatusWithoutAnOAuthError) {
  constexpr BareStatus kStatuses[] = {
      {302, ErrorCode::kTokenUnusable, Factor::kRequest, false},
      {400, ErrorCode::kTokenUnusable, Factor::kRequest, false},
      {401, ErrorCode::kTokenRefused, Factor::kOAuthClient, false},
      {404, ErrorCode::kTokenUnusable, Factor::kRequest, false},
      {405, ErrorCode::kTokenUnusable, Factor::kRequest, false},
      {429, ErrorCode::kTokenUnusable, Factor::kService, true},
      {500, ErrorCode::kTokenUnusable, Factor::kService, true},
      {503, ErrorCode::kTokenUnusable, Factor::kService, true},
      {511, ErrorCode::kTokenUnusable, Factor::kNetwork, false},
  };
  for (const auto& row : kStatuses) {
    SCOPED_TRACE(row.status);
    for (const std::string& body :
         {std::string("<html>canary-secret</html>"), std::string(), token_answer(kToken).body}) {
      const auto token = parse(body, row.status);
      ASSERT_THAT(token, AllOf(IsError(row.code), BlamedOn(row.factor), Not(Says("canary"))));
      EXPECT_EQ(token.error().retryable, row.retryable);
      EXPECT_EQ(token.error().seen.http_status, row.status);
    }
  }
}

}  // namespace
}  // namespace easypost_connect::internal
