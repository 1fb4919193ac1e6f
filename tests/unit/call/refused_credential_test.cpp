// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

Diagnosis refused(const Response& response) { return refused_credential(response, TokensTried::kTwo); }

Response challenged(int status, const std::string& challenge) {
  return answer(status, "{}", {{"WWW-Authenticate", "Bearer realm=\"api\", " + challenge}});
}

Response of_aws(int status, const std::string& type, const std::string& message) {
  return answer(status, R"({"message":")" + message + "\"}", {{"x-amzn-ErrorType", type}});
}

TEST(RefusedCredential, IsNothingInAnswersAboutOtherThings) {
  for (const int status : {302, 400, 404, 415, 429, 500, 503}) {
    EXPECT_THAT(refused(answer(status, R"({"message":"api key token jwt"})")), IsOk()) << status;
  }
}

TEST(RefusedCredential, TheCertificateInAnyOfItsStatuses) {
  for (const int status : {400, 401, 403, 495, 496}) {
    EXPECT_THAT(refused(answer(status, "the SSL certificate error: certificate has expired")),
                AllOf(IsError(ErrorCode::kHttpStatus), BlamedOn(Factor::kClientCertificate), Says("it has expired"),
                      Says("Portal"), Not(IsRetryable())))
        << status;
  }
}

TEST(RefusedCredential, TheApiKeyByItsNameWhateverTheStatus) {
  for (const char* words : {"No API key found in request", "invalid api_key", "apikey", "x-api-key",
                            "Access denied due to missing subscription key."}) {
    EXPECT_THAT(refused(answer(401, words)), BlamedOn(Factor::kApiKey)) << words;
    EXPECT_THAT(refused(answer(403, words)), BlamedOn(Factor::kApiKey));
  }
}

TEST(RefusedCredential, KeyAndCertificateThatDoNotBelongTogether) {
  EXPECT_THAT(refused(answer(403, "api key of another certificate")),
              AllOf(BlamedOn(Factor::kApiKey), Says("do not belong together")));
}

struct TokenReason {
  const char* description;
  const char* says;
};

TEST(RefusedCredential, TheTokenByItsChallenge) {
  constexpr TokenReason kReasons[] = {
      {"the token has expired", "expired, and so had a new one"},
      {"the token has an invalid audience", "for another API"},
      {"unknown issuer", "another token server"},
      {"bad signature", "another token server"},
      {"certificate thumbprint does not match", "bound to another client certificate"},
      {"the token was revoked", "and a new one as well"},
      {"The access token expired, was revoked, or is malformed", "and a new one as well"},
      {"", "and a new one as well"},
  };
  for (const auto& [description, words] : kReasons) {
    const std::string challenge = R"(error="invalid_token", error_description=")" + std::string(description) + '"';
    for (const int status : {401, 403}) {
      EXPECT_THAT(refused(challenged(status, challenge)), AllOf(BlamedOn(Factor::kAccessToken), Says(words)))
          << description;
    }
  }
}

TEST(RefusedCredential, AMissingScopeIsTheOAuthClients) {
  EXPECT_THAT(refused(challenged(403, R"(error="insufficient_scope", scope="jobs")")),
              AllOf(BlamedOn(Factor::kOAuthClient), Says("oauth_client.scope")));
}

TEST(RefusedCredential, SaysOfANewTokenOnlyWhenThereWasOne) {
  const Response bare = answer(401);
  const Response challenge = challenged(401, R"(error="invalid_token")");
  const Response expired = challenged(403, R"(error="invalid_token", error_description="expired")");
  for (const Response& response : {bare, challenge, expired}) {
    EXPECT_THAT(refused_credential(response, TokensTried::kTwo),
                AllOf(BlamedOn(Factor::kAccessToken), Says("new one")));
    for (const auto tokens : {TokensTried::kOne, TokensTried::kOneTwice}) {
      EXPECT_THAT(refused_credential(response, tokens), AllOf(BlamedOn(Factor::kAccessToken), Not(Says("new one"))));
    }
  }
}

TEST(RefusedCredential, KeyOrTokenIsTheTokenUntilItWasRefusedTwice) {  // so that a revoked token is replaced
  const Response both = answer(401, "", {{"www-authenticate", "Bearer, ApiKey"}});
  EXPECT_THAT(refused_credential(both, TokensTried::kOne), AllOf(BlamedOn(Factor::kAccessToken), Says("API key")));
  for (const auto tokens : {TokensTried::kOneTwice, TokensTried::kTwo}) {
    EXPECT_THAT(refused_credential(both, tokens), AllOf(BlamedOn(Factor::kApiKey), Says("access token")));
  }
}

// AWS API Gateway: "Gateway response types" and "Troubleshoot HTTP 403 errors" of its documentation.
TEST(RefusedCredential, TheErrorTypesOfAwsApiGateway) {
  EXPECT_THAT(refused(of_aws(403, "ForbiddenException", "Forbidden")),
              AllOf(BlamedOn(Factor::kApiKey), Says("most likely the API key"), Says("client certificate"),
                    Says("usage plan"), Says("firewall")));
  EXPECT_THAT(refused(of_aws(401, "UnauthorizedException", "Unauthorized")), BlamedOn(Factor::kAccessToken));
  EXPECT_THAT(refused(of_aws(401, "UnauthorizedException", "The incoming token has expired")),
              AllOf(BlamedOn(Factor::kAccessToken), Says("expired")));
  EXPECT_THAT(refused(of_aws(403, "ExpiredTokenException", "x")), BlamedOn(Factor::kAccessToken));
  EXPECT_THAT(refused(of_aws(403, "AccessDeniedException", "explicit deny")),
              AllOf(BlamedOn(Factor::kOAuthClient), Says("right")));
  // AWS answers this for a path that does not exist, although it mentions a token.
  EXPECT_THAT(refused(of_aws(403, "MissingAuthenticationTokenException", "Missing Authentication Token")),
              AllOf(BlamedOn(Factor::kRequest), Says("path")));
  EXPECT_THAT(refused(of_aws(403, "IncompleteSignatureException", "Authorization header requires ...")),
              BlamedOn(Factor::kRequest));
}

TEST(RefusedCredential, NeverQuotesTheAnswer) {
  for (const int status : {400, 401, 403}) {
    for (const char* words : {"certificate", "api key", "token"}) {
      const auto error = refused(answer(status, "The SSL certificate error: " + std::string(words) + " canary-secret",
                                        {{"www-authenticate", "Bearer error=\"canary-secret\""}}));
      EXPECT_THAT(error, AllOf(Not(IsOk()), Not(Says("canary"))));
    }
  }
}

}  // namespace
}  // namespace easypost_connect::internal
