// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "vault_world.hpp"
#include "vaults/google_credentials.hpp"

namespace easypost_connect::internal {
namespace {

using test_support::FakeVaultWorld;
using test_support::IsOk;
using test_support::Says;

class GoogleCredentialsTest : public testing::Test {
 protected:
  Result<GoogleCredentials> read(std::string_view json, std::string_view universe = "googleapis.com") {
    return google_credentials_in(json, universe, client_, {"Google Secret Manager", "login"});
  }

  /// The file of a federation; `more` are further members, each before a comma.
  static std::string federation(const std::string& token_url, const std::string& more = {},
                                const std::string& source = R"({"file":"/token"})") {
    return R"({"type":"external_account","audience":"//iam.googleapis.com/pool",)"
           R"("subject_token_type":"urn:ietf:params:oauth:token-type:jwt",)" +
           more + R"("token_url":")" + token_url + R"(","credential_source":)" + source + "}";
  }

  FakeVaultWorld world_;
  VaultClient client_{world_.transport, world_.world()};
};

TEST_F(GoogleCredentialsTest, AreAKeyOrAFederation) {
  const auto key = read(
      R"({"type":"service_account","client_email":"ep@p.test","private_key_id":"id","private_key":"PEM",
          "token_uri":"https://oauth2.googleapis.com/token"})");
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(std::get<ServiceAccountKey>(*key).client_email, "ep@p.test");

  const auto read_federation = read(federation("https://sts.googleapis.com/v1/token",
                                               R"("service_account_impersonation":{"token_lifetime_seconds":600},)",
                                               R"({"url":"https://idp.test/token","headers":{"Metadata":"True"},
          "format":{"type":"json","subject_token_field_name":"access_token"}})"));
  ASSERT_THAT(read_federation, IsOk());
  const auto& account = std::get<ExternalAccount>(*read_federation);
  EXPECT_EQ(account.impersonated_life, std::chrono::seconds(600));
  EXPECT_EQ(account.source.url, "https://idp.test/token");
  EXPECT_EQ(account.source.field_name, "access_token");
  ASSERT_EQ(account.source.headers.size(), 1U);
  EXPECT_EQ(account.source.headers[0].name, "metadata");
}

TEST_F(GoogleCredentialsTest, AreRefusedByName) {
  const std::string sts = "https://sts.googleapis.com/v1/token";
  const struct {
    std::string json;
    const char* problem;
  } cases[] = {
      {"-----BEGIN", "no JSON object with a \"type\""},
      {"{}", "no JSON object with a \"type\""},
      {R"({"type":"authorized_user"})", "a person's (type authorized_user)"},
      {R"({"type":"impersonated_service_account"})", "\"impersonated_service_account\" are not supported"},
      {R"({"type":"service_account","client_email":"e","private_key_id":"i"})", "no \"private_key\""},
      {R"({"type":"service_account","universe_domain":"other.test"})", "GOOGLE_CLOUD_UNIVERSE_DOMAIN"},
      {R"({"type":"external_account"})", "no \"audience\""},
      {federation(sts, R"("workforce_pool_user_project":"p",)"), "workforce pool"},
      {federation(sts, {}, R"({"environment_id":"aws1"})"), "\"environment_id\" (AWS) is not supported"},
      {federation(sts, {}, R"({"executable":{"command":"x"}})"), "\"executable\" is not supported"},
      {federation(sts, {}, R"({"certificate":{}})"), "\"certificate\" is not supported"},
      {federation(sts, {}, "{}"), "no \"credential_source.file\""},
      {federation(sts, {}, R"({"file":"/t","format":{"type":"json"}})"), "subject_token_field_name"},
  };
  for (const auto& [json, problem] : cases) EXPECT_THAT(read(json), Says(problem)) << json;
}

TEST_F(GoogleCredentialsTest, SendNoTokenToStrangers) {
  for (const char* const url :
       {"http://sts.googleapis.com/v1/token", "https://sts.googleapis.com.evil.test/v1/token",
        "https://evil.test/sts.googleapis.com", "https://stsgoogleapis.com/v1/token", "https://googleapis.com/v1/token",
        "https://storage.googleapis.com/bucket", "https://sts.googleapis.com:8443/v1/token",
        "https://user@sts.googleapis.com/v1/token", "https://stsx.googleapis.com/", "not a URL"}) {
    EXPECT_THAT(read(federation(url)), Says("would go to a stranger")) << url;
    EXPECT_THAT(read(federation("https://sts.googleapis.com/v1/token",
                                R"("service_account_impersonation_url":")" + std::string(url) + "\",")),
                Says("service_account_impersonation_url"))
        << url;
  }
}

TEST_F(GoogleCredentialsTest, KnowTheHostsOfTheService) {
  for (const char* const url :
       {"https://sts.googleapis.com/v1/token", "https://STS.GoogleApis.com/v1/token",
        "https://sts.us-east1.rep.googleapis.com/v1/token", "https://us-east1-sts.sts.googleapis.com/v1/token",
        "https://sts-endpoint.p.googleapis.com/v1/token", "https://sts.mtls.googleapis.com/v1/token"}) {
    EXPECT_THAT(read(federation(url)), IsOk()) << url;
  }
  EXPECT_THAT(read(federation("https://sts.apis.test/v1/token", R"("universe_domain":"apis.test",)"), "apis.test"),
              IsOk());
}

}  // namespace
}  // namespace easypost_connect::internal
