// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/vaults.hpp>

#include "azure_vault.hpp"
#include "core/encoding.hpp"
#include "partner_options.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace internal;
using namespace test_support;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using AzureReaderTest = AzureVault;

std::string escaped(const std::string& pem) {
  std::string text;
  for (const char c : pem) c == '\n' ? text += "\\n" : text += c;
  return text;
}

TEST_F(AzureReaderTest, ReadsTheLatestVersionAndNamesIt) {
  answer_token("eyJ.first-token");
  answer_secret(R"({\"api_key\":\"A\"})");
  const auto secret = read();
  ASSERT_THAT(secret, IsOk());
  EXPECT_EQ(secret->content.expose(), R"({"api_key":"A"})");
  EXPECT_EQ(secret->version, "0a1b");
  const auto sent = world_.sent(1);
  EXPECT_EQ(sent.method, Method::kGet);
  EXPECT_EQ(sent.url, "https://my-vault.vault.azure.net/secrets/ep?api-version=7.4");
  EXPECT_EQ(sent.credential("authorization"), "Bearer eyJ.first-token");
}

TEST_F(AzureReaderTest, ChecksReferencesWithoutAskingAnybody) {
  EXPECT_THAT(reader().check(*parse_reference("azure-kv://v/ep/0a1b#api_key")), IsOk());
  EXPECT_THAT(reader().check(*parse_reference("azure-kv://v/ep?version=1")), Says("\"version\""));
  EXPECT_THAT(reader().check(*parse_reference("https://evil.test/secrets/ep")), Says("not that of a vault"));
  EXPECT_EQ(world_.transport->count(), 0U);
}

TEST_F(AzureReaderTest, KeepsATokenUntilShortlyBeforeItsEnd) {
  answer_token("eyJ.first-token");
  answer_secret();
  answer_secret();
  answer_token("eyJ.second-token");
  answer_secret();
  ASSERT_THAT(read(), IsOk());
  world_.clock->advance(3298s);
  ASSERT_THAT(read("azure-kv://other/ep"), IsOk());
  EXPECT_EQ(world_.transport->count(), 3U);
  world_.clock->advance(1s);
  ASSERT_THAT(read(), IsOk());
  EXPECT_EQ(world_.sent(4).credential("authorization"), "Bearer eyJ.second-token");
}

TEST_F(AzureReaderTest, HasATokenForEachCloud) {
  answer_token("eyJ.of-the-world");
  answer_secret();
  answer_token("eyJ.of-china");
  answer_secret();
  answer_secret();
  ASSERT_THAT(read(), IsOk());
  ASSERT_THAT(read("https://v.vault.azure.cn/secrets/ep"), IsOk());
  ASSERT_THAT(read(), IsOk());
  EXPECT_EQ(world_.sent(2).url, "https://login.chinacloudapi.cn/tenant-1/oauth2/v2.0/token");
  EXPECT_THAT(world_.sent(2).body, HasSubstr("scope=https%3A%2F%2Fvault.azure.cn%2F.default"));
  EXPECT_EQ(world_.sent(3).credential("authorization"), "Bearer eyJ.of-china");
  EXPECT_EQ(world_.sent(4).credential("authorization"), "Bearer eyJ.of-the-world");
}

TEST_F(AzureReaderTest, GetsANewTokenOnceWhenAnOlderOneIsRefused) {
  answer_token("eyJ.first-token");
  answer_secret();
  ASSERT_THAT(read(), IsOk());
  world_.answer("{}", 401);
  answer_token("eyJ.second-token");
  answer_secret();
  ASSERT_THAT(read(), IsOk());
  EXPECT_EQ(world_.sent(4).credential("authorization"), "Bearer eyJ.second-token");

  world_.answer("{}", 401);
  answer_token("eyJ.third-token");
  world_.answer("{}", 401);
  EXPECT_THAT(read(), Says("401"));
  EXPECT_EQ(world_.transport->count(), 8U);
}

TEST_F(AzureReaderTest, TellsItsLoginWhileOneIsGood) {
  const auto reference = *parse_reference("azure-kv://my-vault/ep");
  EXPECT_EQ(reader().login(reference), std::nullopt);
  answer_token("eyJ.first-token");
  answer_secret();
  ASSERT_THAT(read(), IsOk());
  EXPECT_EQ(reader().login(reference), "client secret");
  world_.answer("{}", 401);
  answer_token("eyJ.second-token");
  world_.answer("{}", 401);
  EXPECT_THAT(read(), Says("401"));
  EXPECT_EQ(reader().login(reference), std::nullopt);
}

TEST_F(AzureReaderTest, NamesTheTenantOfAVaultThatRefusesTheToken) {
  answer_token("eyJ.first-token");
  world_.answer(R"({"error":{"code":"Unauthorized","message":"AKV10032: Invalid issuer."}})", 401,
                {{"www-authenticate", R"(Bearer authorization="https://login.microsoftonline.com/tenant-2", )"
                                      R"(resource="https://vault.azure.net")"}});
  EXPECT_THAT(read(), AllOf(Says("Unauthorized: AKV10032"), Says("takes tokens from"), Says("tenant-2"),
                            Says("AZURE_TENANT_ID")));
  EXPECT_EQ(world_.transport->count(), 2U);
}

TEST_F(AzureReaderTest, ExplainsRefusals) {
  const struct {
    int status;
    const char* body;
    const char* words;
    const char* remedy;
    bool retryable;
  } cases[] = {{403, R"({"error":{"code":"Forbidden","message":"No.","innererror":{"code":"ForbiddenByRbac"}}})",
                "ForbiddenByRbac: No.", "Key Vault Secrets User", false},
               {403, R"({"error":{"code":"Forbidden","message":"No.","innererror":{"code":"ForbiddenByPolicy"}}})",
                "ForbiddenByPolicy", "az keyvault set-policy --name my-vault", false},
               {403, R"({"error":{"code":"Forbidden","message":"No.","innererror":{"code":"ForbiddenByFirewall"}}})",
                "ForbiddenByFirewall", "network-rule add --name my-vault", false},
               {403, R"({"error":{"code":"Forbidden","message":"No.","innererror":{"code":"SecretDisabled"}}})",
                "SecretDisabled", "set-attributes --enabled true --vault-name my-vault --name ep", false},
               {404, R"({"error":{"code":"SecretNotFound","message":"A secret was not found."}})",
                "SecretNotFound: A secret", "list-versions --vault-name my-vault --name ep", false},
               {429, R"({"error":{"code":"Throttled"}})", "Throttled", "less often", true},
               {503, "", "it refused", "azure.status.microsoft", true}};
  answer_token("eyJ.first-token");
  for (const auto& one : cases) {
    world_.answer(one.body, one.status, {{"retry-after", "7"}});
    const Error error = read().error();
    EXPECT_THAT(error,
                AllOf(Says("Azure Key Vault at https://my-vault.vault.azure.net, read of azure-kv://my-vault/ep"),
                      Says(one.words), Says(one.remedy), BlamedOn(Factor::kCredentialSource)));
    EXPECT_EQ(error.retryable, one.retryable) << one.words;
    EXPECT_EQ(error.retry_after, 7s);
  }
}

TEST_F(AzureReaderTest, QuotesNoTokenThatIsEchoed) {
  answer_token("eyJ0eXAiOiJKV1QiLCJhbGci");
  world_.answer(R"({"error":{"code":"BadParameter","message":"what is eyJ0eXAiOiJKV1QiLCJhbGci"}})", 400);
  EXPECT_THAT(read(), AllOf(Says("left out"), Not(Says("eyJ0eXAi"))));
}

TEST_F(AzureReaderTest, FollowsNoRedirect) {
  answer_token("eyJ.first-token");
  world_.answer("", 302, {{"location", "https://evil.test/secrets/ep"}});
  EXPECT_THAT(read(), AllOf(Says("evil.test"), Says("not followed")));
  EXPECT_EQ(world_.transport->count(), 2U);
}

TEST_F(AzureReaderTest, GivesAClientTheCertificateAndKeyOfACertificateOfTheVault) {
  const auto& partner = good_client();
  for (const std::string& value :
       {base64_encode(pkcs12_of(partner)), escaped(partner.private_key + partner.certificate),
        escaped(partner.certificate + partner.private_key)}) {
    answer_token("eyJ.first-token");
    answer_secret(value);
    vaults::VaultOptions vault;
    vault.azure = options_;
    vault.transport = world_.transport;
    auto source = vaults::from_references({"azure-kv://my-vault/cert"}, vault);
    ASSERT_THAT(source, IsOk());
    auto found = (*source)();
    ASSERT_THAT(found.credentials, IsOk());
    auto options = partner_options("https://localhost:1", authority(), partner);
    options.credentials.client_certificate = found.credentials->client_certificate;
    EXPECT_THAT(ConnectClient::create(std::move(options)), IsOk());
  }
}

}  // namespace
}  // namespace easypost_connect::unit_test
