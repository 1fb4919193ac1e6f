// SPDX-License-Identifier: Apache-2.0
// Keycloak as the OAuth server. Its gateway checks signature, end and certificate of each token.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "crew.hpp"
#include "keycloak_and_gateway.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using std::this_thread::sleep_for;

class Keycloak : public testing::Test {
 protected:
  static void SetUpTestSuite() { servers_ = std::make_unique<KeycloakAndGateway>(); }
  static void TearDownTestSuite() { servers_.reset(); }

  [[nodiscard]] ClientOptions options(const std::string& client_id) const {
    ClientOptions options = servers_->client_options(client_id);
    options.observer = watch_;
    return options;
  }
  /// Three reads and one order, in turn.
  static Result<Response> call(ConnectClient& client, int number) {
    return number % 4 == 3 ? client.post("/jobs", "{}") : client.get("/jobs");
  }
  /// Checks that nobody failed, and that nobody met a token that was of no use.
  static void expect_unnoticed(const Crew& crew) {
    EXPECT_EQ(crew.failures(), 0U) << crew.first_failure();
    EXPECT_TRUE(std::none_of(crew.calls().begin(), crew.calls().end(),
                             [](const CallRecord& one) { return one.token_refused; }));
  }

  inline static std::unique_ptr<KeycloakAndGateway> servers_;
  std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
};

TEST_F(Keycloak, GivesTokensForEachWayToProveTheClient) {
  const struct {
    std::string client_id;
    ClientAuthentication authentication;
    bool present_client_certificate;
  } rows[] = {
      {"partner-1", ClientAuthentication::kSecretPost, false},
      {"partner-1", ClientAuthentication::kSecretBasic, false},
      {"partner-with-bound-tokens", ClientAuthentication::kSecretPost, true},
      {"partner-with-bound-tokens", ClientAuthentication::kSecretBasic, true},
      // The certificate proves this client (RFC 8705, section 2.1); Keycloak passes over the secret.
      {"partner-by-certificate", ClientAuthentication::kSecretPost, true},
  };
  for (const auto& row : rows) {
    ClientOptions options = this->options(row.client_id);
    options.credentials.oauth_client.authentication = row.authentication;
    options.credentials.oauth_client.present_client_certificate = row.present_client_certificate;
    const auto answer = ConnectClient::create(options).value().get("/jobs");
    EXPECT_TRUE(answer) << row.client_id << ": " << answer.error().describe();
  }
}

TEST_F(Keycloak, IsUnderstoodWhenItRefuses) {
  const struct {
    std::string client_id;
    std::string secret;  // empty: the right one
    std::string scope;
    std::string realm;
    Factor factor;
    std::string oauth_error;
    std::string words;
  } rows[] = {
      {"partner-1", "canary-secret-wrong", "", "partners", Factor::kOAuthClient, "unauthorized_client",
       "Check client id and client secret"},
      {"nobody", "", "", "partners", Factor::kOAuthClient, "invalid_client", "Check client id and client secret"},
      {"partner-that-is-disabled", "", "", "partners", Factor::kOAuthClient, "invalid_client",
       "Check client id and client secret"},
      {"partner-without-account", "", "", "partners", Factor::kOAuthClient, "unauthorized_client",
       "allow the client_credentials grant"},
      {"partner-1", "", "everything", "partners", Factor::kOAuthClient, "invalid_scope",
       "Ask for a scope this OAuth client has"},
      {"partner-1", "", "", "nowhere", Factor::kRequest, "", "There is no token endpoint at the token URL"},
      {"partner-with-bound-tokens", "", "", "partners", Factor::kClientCertificate, "invalid_request",
       "Set oauth_client.present_client_certificate"},
      {"partner-by-certificate", "", "", "partners", Factor::kOAuthClient, "invalid_client",
       "oauth_client.present_client_certificate"},
  };
  for (const auto& row : rows) {
    ClientOptions options = this->options(row.client_id);
    options.environment.token_url = servers_->token_url(row.realm);
    options.credentials.oauth_client.scope = row.scope;
    if (!row.secret.empty()) options.credentials.oauth_client.secret = Secret(row.secret);
    const auto answer = ConnectClient::create(options).value().get("/jobs");
    ASSERT_FALSE(answer) << row.client_id;
    SCOPED_TRACE(row.client_id + ": " + answer.error().describe());
    EXPECT_EQ(answer.error().factor, row.factor);
    EXPECT_EQ(answer.error().seen.oauth_error, row.oauth_error);
    EXPECT_NE(answer.error().describe().find(row.words), std::string::npos);
    EXPECT_FALSE(answer.error().retryable);
  }
}

TEST_F(Keycloak, NobodyNoticesItsTokensOfFiveSeconds) {
  auto client = ConnectClient::create(options("partner-1")).value();
  ASSERT_TRUE(client.get("/jobs"));
  Crew crew(client, &Keycloak::call);
  sleep_for(60s);
  crew.dismiss();
  expect_unnoticed(crew);
  const auto tokens = watch_->tokens();
  EXPECT_TRUE(std::all_of(tokens.begin(), tokens.end(), [](const TokenRecord& one) { return one.success; }));
  // Keycloak says 4 or 5 s: it counts in whole seconds. A refresh is due after 0.7 to 0.8 of that.
  EXPECT_GE(tokens.size(), 12U);
  for (std::size_t i = 1; i < tokens.size(); ++i) EXPECT_GE(tokens[i].start - tokens[i - 1].start, 2700ms);
}

TEST_F(Keycloak, ATokenThatIsBoundToACertificateIsReplacedWithIt) {
  ClientOptions options = this->options("partner-with-bound-tokens");
  options.credentials.oauth_client.present_client_certificate = true;
  auto client = ConnectClient::create(options).value();
  ASSERT_TRUE(client.get("/jobs"));
  Crew crew(client, &Keycloak::call);
  constexpr std::size_t kRotations = 3;
  for (std::size_t rotation = 1; rotation <= kRotations; ++rotation) {
    sleep_for(2s);
    options.credentials.client_certificate = servers_->new_certificate();
    const auto reloaded = client.reload(options.credentials);
    ASSERT_TRUE(reloaded) << reloaded.error().describe();
  }
  sleep_for(2s);
  crew.dismiss();
  expect_unnoticed(crew);
  EXPECT_EQ(watch_->tokens().size(), kRotations + 1);
}

}  // namespace
}  // namespace easypost_connect::interop
