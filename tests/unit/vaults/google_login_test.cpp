// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "sandbox/certificate_authority.hpp"
#include "signed_jwt.hpp"
#include "temporary_folder.hpp"
#include "vault_world.hpp"
#include "vaults/google_login.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::FakeVaultWorld;
using test_support::IsOk;
using test_support::Says;
using test_support::ScopedVariable;
using test_support::SignedJwt;
using testing::AllOf;
using testing::Not;

class GoogleLoginTest : public testing::Test {
 protected:
  GoogleLogin& login() {
    if (!login_) {
      auto made = GoogleLogin::make(options_, "googleapis.com", world_.world());
      EXPECT_THAT(made, IsOk());
      login_ = *std::move(made);
    }
    return *login_;
  }
  Result<Secret> token() { return login().token(client_); }
  std::string token_text() {
    const auto got = token();
    EXPECT_THAT(got, IsOk());
    return got ? std::string(got->expose()) : std::string();
  }

  void use_federation(const std::string& source, const std::string& more = {}) {
    options_.credentials = Secret(R"({"type":"external_account","audience":"//iam.googleapis.com/pool",)"
                                  R"("subject_token_type":"urn:ietf:params:oauth:token-type:jwt",)"
                                  R"("token_url":"https://sts.googleapis.com/v1/token",)" +
                                  more + R"("credential_source":)" + source + "}");
  }
  void answer_token(const std::string& token, int life = 3599, Headers headers = {{"metadata-flavor", "Google"}}) {
    world_.answer(R"({"access_token":")" + token + R"(","expires_in":)" + std::to_string(life) + "}", 200,
                  std::move(headers));
  }

  const ScopedVariable file_{"GOOGLE_APPLICATION_CREDENTIALS", nullptr};
  const ScopedVariable host_{"GCE_METADATA_HOST", nullptr};
  const test_support::TemporaryFolder folder_;
  FakeVaultWorld world_;
  VaultClient client_{world_.transport, world_.world()};
  vaults::GoogleSecretManager options_;
  std::optional<GoogleLogin> login_;
};

class GoogleKeyLoginTest : public GoogleLoginTest {
 protected:
  /// Writes the file that Google would write for the key, and returns its path.
  std::string write_key(const std::string& private_key) {
    std::string pem;
    for (const char c : private_key) c == '\n' ? pem += "\\n" : pem += c;
    return folder_.write("key.json", R"({"type":"service_account","client_email":"ep@p1.iam.gserviceaccount.com",)"
                                     R"("private_key_id":"key-1","private_key":")" +
                                         pem + R"(","token_uri":"https://oauth2.googleapis.com/token"})");
  }

  sandbox::IssuedCertificate pair_ = sandbox::issue_self_signed();
};

TEST_F(GoogleKeyLoginTest, SignsItsTokenItself) {
  options_.credentials_file = write_key(pair_.private_key);
  const SignedJwt jwt(token_text(), pair_.certificate);
  EXPECT_TRUE(jwt.is_genuine);
  EXPECT_EQ(jwt.header, nlohmann::json({{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "key-1"}}));
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(world_.clock->now().wall.time_since_epoch());
  EXPECT_EQ(jwt.claims, nlohmann::json({{"iss", "ep@p1.iam.gserviceaccount.com"},
                                        {"sub", "ep@p1.iam.gserviceaccount.com"},
                                        {"scope", "https://www.googleapis.com/auth/cloud-platform"},
                                        {"iat", now.count()},
                                        {"exp", now.count() + 3600}}));
  EXPECT_EQ(login().principal(), "serviceAccount:ep@p1.iam.gserviceaccount.com");
  EXPECT_EQ(world_.transport->count(), 0U);
}

TEST_F(GoogleKeyLoginTest, KeepsTheTokenUntilShortlyBeforeItsEnd) {
  options_.credentials_file = write_key(pair_.private_key);
  const std::string first = token_text();
  world_.clock->advance(3600s - 226s);
  EXPECT_EQ(token_text(), first);
  world_.clock->advance(1s);
  EXPECT_NE(token_text(), first);
}

TEST_F(GoogleKeyLoginTest, ReadsTheFileOfTheEnvironmentAnewForEachToken) {
  const std::string path = write_key(pair_.private_key);
  const ScopedVariable variable("GOOGLE_APPLICATION_CREDENTIALS", path.c_str());
  EXPECT_TRUE(SignedJwt(token_text(), pair_.certificate).is_genuine);
  const auto next = sandbox::issue_self_signed();
  write_key(next.private_key);
  login().drop();
  EXPECT_TRUE(SignedJwt(token_text(), next.certificate).is_genuine);
  EXPECT_EQ(login().origin(), "GOOGLE_APPLICATION_CREDENTIALS " + path);
}

TEST_F(GoogleKeyLoginTest, SaysThatTheFileOrTheKeyIsUnusable) {
  options_.credentials_file = folder_.path("none.json");
  EXPECT_THAT(token(), AllOf(Says("login by VaultOptions::google.credentials_file"), Says("cannot be read")));
  options_.credentials_file = write_key("-----BEGIN PRIVATE KEY-----\nc2VjcmV0LTE=\n-----END PRIVATE KEY-----\n");
  login_.reset();
  EXPECT_THAT(token(), AllOf(Says("no RSA key"), Not(Says("c2VjcmV0"))));
}

class GoogleMetadataLoginTest : public GoogleLoginTest {};

TEST_F(GoogleMetadataLoginTest, AsksTheMetadataServiceByATransportOfItsOwn) {
  answer_token("ya29.of-the-machine", 3599);
  EXPECT_EQ(token_text(), "ya29.of-the-machine");
  const auto asked = world_.sent(0);
  EXPECT_EQ(asked.url,
            "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
            "?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform");
  EXPECT_EQ(asked.headers, (test_support::NamesAndValues{{"metadata-flavor", "Google"}}));
  EXPECT_TRUE(asked.credentials.empty());
  ASSERT_EQ(world_.transports.size(), 1U);
  EXPECT_EQ(world_.transports[0].plain_http_hosts, std::vector<std::string>{"metadata.google.internal"});
  EXPECT_EQ(world_.transports[0].connect_timeout, 1s);
}

TEST_F(GoogleMetadataLoginTest, AsksAgainBeforeTheTokenEnds) {
  answer_token("ya29.first-token", 300);
  answer_token("ya29.second-token", 3599);
  EXPECT_EQ(token_text(), "ya29.first-token");
  world_.clock->advance(75s);
  EXPECT_EQ(token_text(), "ya29.second-token");
}

TEST_F(GoogleMetadataLoginTest, TrustsNoAnswerWithoutTheFlavor) {
  answer_token("ya29.of-a-stranger", 3599, {});
  EXPECT_THAT(token(), AllOf(Says("not the metadata service of Google"), Not(Says("of-a-stranger"))));
  EXPECT_FALSE(login().has_token());
}

TEST_F(GoogleMetadataLoginTest, SaysThatItIsNotThere) {
  world_.transport->reply(test_support::failure(ErrorCode::kConnection));
  EXPECT_THAT(token(), AllOf(Says("login by the metadata service at metadata.google.internal"),
                             Says("GOOGLE_APPLICATION_CREDENTIALS")));
  world_.answer("", 404, {{"metadata-flavor", "Google"}});
  EXPECT_THAT(token(), Says("Attach a service account"));
  world_.answer("", 503, {{"metadata-flavor", "Google"}});
  EXPECT_TRUE(token().error().retryable);
}

TEST_F(GoogleMetadataLoginTest, GoesByPlainHttpToMetadataServicesOnly) {
  const struct {
    const char* host;
    bool allowed;
  } cases[] = {{"169.254.169.254", true},   {"[fd20:ce::254]", true},      {"metadata.google.internal:80", true},
               {"127.0.0.1:8080", true},    {"metadata.evil.test", false}, {"10.0.0.1", false},
               {"a@169.254.169.254", false}};
  for (const auto& [host, allowed] : cases) {
    const ScopedVariable variable("GCE_METADATA_HOST", host);
    const auto made = GoogleLogin::make(options_, "googleapis.com", world_.world());
    EXPECT_EQ(made.has_value(), allowed) << host;
    if (allowed) continue;
    EXPECT_THAT(made, Says("GCE_METADATA_HOST"));
  }
}

class GoogleFederationLoginTest : public GoogleLoginTest {};

TEST_F(GoogleFederationLoginTest, ExchangesTheTokenInAFile) {
  use_federation(R"({"file":")" + folder_.write("token", "eyJ.subject/token.1\n") + "\"}");
  answer_token("ya29.federated-token");
  EXPECT_EQ(token_text(), "ya29.federated-token");
  const auto asked = world_.sent(0);
  EXPECT_EQ(asked.url, "https://sts.googleapis.com/v1/token");
  EXPECT_EQ(asked.method, Method::kPost);
  EXPECT_EQ(asked.content_type, "application/x-www-form-urlencoded");
  EXPECT_EQ(asked.body,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
            "&audience=%2F%2Fiam.googleapis.com%2Fpool&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform"
            "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
            "&subject_token=eyJ.subject%2Ftoken.1&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt");
  EXPECT_TRUE(asked.credentials.empty());
}

TEST_F(GoogleFederationLoginTest, AsksAUrlForTheSubjectToken) {
  use_federation(R"({"url":"http://169.254.169.254/metadata/identity?resource=x",
                     "headers":{"Metadata":"True","Authorization":"bearer secret-12345"},
                     "format":{"type":"json","subject_token_field_name":"access_token"}})");
  world_.answer(R"({"access_token":"eyJ.subject-token.1"})");
  answer_token("ya29.federated-token");
  EXPECT_EQ(token_text(), "ya29.federated-token");
  EXPECT_EQ(world_.sent(0).credential("metadata"), "True");
  EXPECT_EQ(world_.sent(0).credential("authorization"), "bearer secret-12345");
  EXPECT_NE(world_.sent(1).body.find("subject_token=eyJ.subject-token.1"), std::string::npos);
  ASSERT_EQ(world_.transports.size(), 1U);
  EXPECT_EQ(world_.transports[0].plain_http_hosts, std::vector<std::string>{"169.254.169.254"});
  EXPECT_EQ(world_.transports[0].connect_timeout, 1s);
}

TEST_F(GoogleFederationLoginTest, ImpersonatesTheServiceAccount) {
  use_federation(R"({"file":")" + folder_.write("token", "eyJ.subject-token.1") + "\"}",
                 R"("service_account_impersonation":{"token_lifetime_seconds":600},)"
                 R"("service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/projects/-/)"
                 R"(serviceAccounts/ep@p1.iam.gserviceaccount.com:generateAccessToken",)");
  answer_token("ya29.federated-token");
  world_.answer(R"({"accessToken":"ya29.impersonated","expireTime":"2026-11-26T13:33:20Z"})");
  EXPECT_EQ(token_text(), "ya29.impersonated");
  const auto asked = world_.sent(1);
  EXPECT_EQ(asked.credential("authorization"), "Bearer ya29.federated-token");
  EXPECT_EQ(asked.body, R"({"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"600s"})");
  EXPECT_EQ(login().principal(), "serviceAccount:ep@p1.iam.gserviceaccount.com");
  world_.clock->advance(374s);
  EXPECT_EQ(token_text(), "ya29.impersonated");

  login().drop();
  answer_token("ya29.federated-token");
  world_.answer(R"({"error":{"status":"PERMISSION_DENIED","message":"Permission denied"}})", 403);
  EXPECT_THAT(token(), AllOf(Says("impersonation of ep@p1"), Says("roles/iam.workloadIdentityUser"), Says("pool")));
}

TEST_F(GoogleFederationLoginTest, SaysWhyTheExchangeWasRefused) {
  use_federation(R"({"file":")" + folder_.write("token", "eyJ.subject-token.1") + "\"}");
  const struct {
    int status;
    const char* body;
    const char* remedy;
    bool retryable;
  } cases[] = {
      {400, R"({"error":"invalid_grant","error_description":"ID Token issued at 1 is stale"})", "has not expired",
       false},
      {400, R"({"error":"invalid_target","error_description":"The target is disabled"})", "are there and enabled",
       false},
      {401, R"({"error":"unauthorized_client"})", "providers describe", false},
      {503, "unavailable", "status.cloud.google.com", true},
      {200, "{}", "no access_token", false},
  };
  for (const auto& [status, body, remedy, retryable] : cases) {
    world_.answer(body, status);
    const auto refused = token();
    EXPECT_THAT(refused, AllOf(Says("token exchange at sts.googleapis.com"), Says(remedy)));
    EXPECT_EQ(refused.error().retryable, retryable) << body;
  }
}

TEST_F(GoogleFederationLoginTest, SaysThatThereIsNoSubjectToken) {
  const struct {
    std::string source;
    const char* problem;
  } cases[] = {
      {R"({"file":"/none/token"})", "/none/token"},
      {R"({"file":")" + folder_.write("blank", " \n") + "\"}", "is empty, or no JSON object"},
      {R"({"file":")" + folder_.write("text", "eyJ.text") +
           R"(","format":{"type":"json","subject_token_field_name":"id_token"}})",
       "no JSON object with the member"},
      {R"({"url":"http://idp.test/token"})", "plain http"},
  };
  for (const auto& [source, problem] : cases) {
    use_federation(source);
    login_.reset();
    EXPECT_THAT(token(), Says(problem)) << source;
  }
  EXPECT_EQ(world_.transport->count(), 0U);
  use_federation(R"({"url":"https://idp.test/token","headers":{"Authorization":"bearer secret-12345"}})");
  login_.reset();
  world_.answer("no: bearer secret-12345", 401);
  EXPECT_THAT(token(), AllOf(Says("idp.test gives none"), Not(Says("secret-12345"))));
}

}  // namespace
}  // namespace easypost_connect::internal
