// SPDX-License-Identifier: Apache-2.0
#include "token/client_credentials_grant.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace internal;
using namespace test_support;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::Pair;

class ClientCredentialsGrant : public ::testing::Test {
 protected:
  /// Fetches once from a transport that gives `reply`, and returns what was sent.
  SentRequest request_of(const OAuthClient& client) {
    transport_->reply(token_answer(kToken));
    EXPECT_THAT(fetch(client), IsOk());
    return transport_->requests().back();
  }

  Result<AccessToken> fetch(const OAuthClient& client) const {
    const internal::ClientCredentialsGrant grant(std::string(kTokenUrl), client);
    const Moment now = clock_.now();
    const auto asked = grant.request(deadline_);
    return grant.token(transport_->send(asked.request, asked.context), now);
  }

  FakeClock clock_;
  SteadyTime deadline_ = clock_.now().steady + 5s;
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
};

TEST_F(ClientCredentialsGrant, PostsIdAndSecretAsAForm) {
  const SentRequest sent = request_of(oauth_client());
  EXPECT_EQ(sent.method, Method::kPost);
  EXPECT_EQ(sent.url, kTokenUrl);
  EXPECT_EQ(sent.content_type, "application/x-www-form-urlencoded");
  EXPECT_TRUE(sent.body ==
              "grant_type=client_credentials&client_id=partner-1&client_secret=" + std::string(kEncodedClientSecret));
  EXPECT_TRUE(sent.credentials.empty());
}

TEST_F(ClientCredentialsGrant, PercentEncodesWhatIsNotUnreserved) {
  OAuthClient client;
  client.id = "partner 1&grant_type=password";
  client.secret = Secret("canary-secret s3cret/with+odd &chars=\xC3\xBC");
  EXPECT_TRUE(request_of(client).body ==
              "grant_type=client_credentials&client_id=partner%201%26grant_type%3Dpassword"
              "&client_secret=canary-secret%20s3cret%2Fwith%2Bodd%20%26chars%3D%C3%BC");
}

TEST_F(ClientCredentialsGrant, AsksForTheScope) {
  OAuthClient client = oauth_client();
  client.scope = "jobs:read jobs:write";
  const std::string body = request_of(client).body;
  EXPECT_TRUE(body.find("&scope=jobs%3Aread%20jobs%3Awrite") != std::string::npos);
  client.scope.clear();
  EXPECT_TRUE(request_of(client).body.find("scope") == std::string::npos);
}

TEST_F(ClientCredentialsGrant, AsksForAJsonAnswer) {
  EXPECT_THAT(request_of(oauth_client()).headers, ElementsAre(Pair("accept", "application/json")));
}

TEST_F(ClientCredentialsGrant, SendsIdAndSecretInABasicHeader) {
  OAuthClient client = oauth_client();
  client.authentication = ClientAuthentication::kSecretBasic;
  client.scope = "jobs:read";
  const SentRequest sent = request_of(client);
  EXPECT_EQ(sent.body, "grant_type=client_credentials&scope=jobs%3Aread");
  // base64("partner-1:canary-secret%2Fwith%2Bodd%26chars%3D"): form-encoded first (RFC 6749, section 2.3.1)
  EXPECT_TRUE(sent.credential("authorization") ==
              "Basic cGFydG5lci0xOmNhbmFyeS1zZWNyZXQlMkZ3aXRoJTJCb2RkJTI2Y2hhcnMlM0Q=");
  EXPECT_EQ(sent.credentials.size(), 1U);
}

TEST_F(ClientCredentialsGrant, AColonInTheIdCannotShiftTheBasicPair) {
  OAuthClient client;
  client.id = "a:b";
  client.secret = Secret("canary-secret");
  client.authentication = ClientAuthentication::kSecretBasic;
  EXPECT_TRUE(request_of(client).credential("authorization") ==
              "Basic YSUzQWI6Y2FuYXJ5LXNlY3JldA==");  // a%3Ab:canary-secret
}

TEST_F(ClientCredentialsGrant, KeepsTheDeadlineAndBoundsTheAnswer) {
  const SentRequest sent = request_of(oauth_client());
  EXPECT_EQ(sent.deadline, deadline_);
  EXPECT_EQ(sent.max_response_bytes, 64U * 1024U);
}

TEST_F(ClientCredentialsGrant, CountsTheLifeFromTheMomentOfTheRequest) {
  transport_->reply([&](const SentRequest&) -> Result<Response> {
    clock_.advance(20s);  // the way to the server and back
    return token_answer(kToken, 60);
  });
  const auto token = fetch(oauth_client());
  ASSERT_THAT(token, IsOk());
  clock_.advance(40s);
  EXPECT_TRUE(token->expired(clock_.now()));
}

TEST_F(ClientCredentialsGrant, SaysThatItWasTheTokenThatCouldNotBeFetched) {
  Error broken = failure(ErrorCode::kConnection);
  broken.retryable = true;
  transport_->reply(broken);
  EXPECT_THAT(fetch(oauth_client()), AllOf(IsError(ErrorCode::kConnection), BlamedOn(Factor::kNetwork), IsRetryable(),
                                           Says("No access token: Scripted failure.")));
}

TEST_F(ClientCredentialsGrant, AnAnswerTooLargeForATokenIsUnusable) {
  transport_->reply(failure(ErrorCode::kResponseTooLarge, Factor::kService));
  EXPECT_THAT(fetch(oauth_client()),
              AllOf(IsError(ErrorCode::kTokenUnusable), Says("No access token: "), Says("token endpoint")));
}

TEST_F(ClientCredentialsGrant, PassesARefusalOn) {
  transport_->reply(answer(401, R"({"error":"invalid_client","error_description":"no such client"})"));
  EXPECT_THAT(fetch(oauth_client()),
              AllOf(IsError(ErrorCode::kTokenRefused), BlamedOn(Factor::kOAuthClient), Says("no such client")));
}

TEST_F(ClientCredentialsGrant, TakesAnEchoedSecretOutOfTheDescription) {
  const std::string secret(kClientSecret);
  transport_->reply(
      answer(401, R"({"error":"invalid_client","error_description":")" + secret + " is not " + secret + R"(!"})"));
  EXPECT_THAT(fetch(oauth_client()),
              AllOf(IsError(ErrorCode::kTokenRefused),
                    Says("invalid_client ([left out: it quotes a secret] is not [left out: it quotes a secret])"),
                    Not(Says("canary-secret"))));
}

TEST_F(ClientCredentialsGrant, TakesAnEchoedSecretOutOfTheErrorCode) {
  transport_->reply(answer(401, R"({"error":")" + std::string(kClientSecret) + R"("})"));
  EXPECT_THAT(fetch(oauth_client()), AllOf(IsError(ErrorCode::kTokenUnusable), Not(Says("canary-secret"))));
}

TEST_F(ClientCredentialsGrant, TakesAnEchoedFormOutOfTheDescription) {
  const std::string form = "client_secret=" + std::string(kEncodedClientSecret);
  transport_->reply(answer(400, R"({"error":"invalid_request","error_description":"bad form )" + form + R"("})"));
  EXPECT_THAT(fetch(oauth_client()), AllOf(IsError(ErrorCode::kTokenRefused), Not(Says("canary-secret"))));
}

TEST_F(ClientCredentialsGrant, LeavesNoPartOfASecretWhereALongDescriptionIsCut) {
  const std::string long_description = std::string(180, 'x') + std::string(kClientSecret);
  transport_->reply(answer(401, R"({"error":"invalid_client","error_description":")" + long_description + R"("})"));
  EXPECT_THAT(fetch(oauth_client()), AllOf(IsError(ErrorCode::kTokenRefused), Not(Says("canary-secret"))));
}

TEST_F(ClientCredentialsGrant, RedactingEndsWhateverTheSecretIs) {  // the replacement may contain the secret
  OAuthClient client = oauth_client();
  for (const char* secret : {"red", "acted]", "e"}) {
    client.secret = Secret(secret);
    transport_->reply(answer(401, R"({"error":"invalid_client","error_description":"red acted]"})"));
    EXPECT_THAT(fetch(client), Not(IsOk()));
  }
}

TEST_F(ClientCredentialsGrant, ATokenRequestFollowsNoRedirect) {
  transport_->reply(answer(307, "", {{"location", "https://evil.example/"}}));
  EXPECT_THAT(fetch(oauth_client()), AllOf(IsError(ErrorCode::kTokenUnusable), Says("307")));
  EXPECT_EQ(transport_->count(), 1U);
}

}  // namespace
}  // namespace easypost_connect::unit_test
