// SPDX-License-Identifier: Apache-2.0
// The source for HashiCorp Vault against OpenBao, which has the same API.
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hashicorp_fixture.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using HashiCorpVaultInterop = HashiCorpFixture;

TEST_F(HashiCorpVaultInterop, ReadsTheSecretThatTheCommandsOfVaultHaveStored) {
  const auto found = look("vault://secret/easypost/acc");
  ASSERT_TRUE(found.credentials) << words_of(found);
  EXPECT_EQ(found.credentials->api_key.expose(), "canary-secret-1");
}

TEST_F(HashiCorpVaultInterop, ReadsAnOlderVersionAndKv1) {
  bao_.run("kv put -mount=secret easypost/acc -", R"({"api_key":"new"})");
  EXPECT_TRUE(look("vault://secret/easypost/acc?version=1").credentials);
  EXPECT_THAT(words_of(look("vault://secret/easypost/acc")), HasSubstr("missing or empty: client_cert"));
  bao_.run("secrets enable -version=1 -path=team/kv1 kv");
  bao_.run("kv put -mount=team/kv1 ep -", kSecret);
  const auto found = look("vault://team/kv1/ep");
  EXPECT_TRUE(found.credentials) << words_of(found);
}

TEST_F(HashiCorpVaultInterop, ReadsInANamespace) {
  bao_.run("namespace create team-a");
  bao_.run("secrets enable -namespace=team-a -version=2 -path=kv kv");
  bao_.run("kv put -namespace=team-a -mount=kv ep -", kSecret);
  const auto found = look("vault://kv/ep?namespace=team-a");
  EXPECT_TRUE(found.credentials) << words_of(found);
}

TEST_F(HashiCorpVaultInterop, LogsInByAppRoleAgainAfterTheEndOfATokenThatCannotBeRenewed) {
  options_.hashicorp.login = app_role("token_ttl=1s token_max_ttl=1s");
  auto source = vaults::from_uri("vault://secret/easypost/acc", options_);
  ASSERT_TRUE(source);
  for (int i = 0; i < 3; ++i) {
    const auto found = (*source)();
    ASSERT_TRUE(found.credentials) << words_of(found);
    EXPECT_EQ(found.look_again_after, 1s);
    std::this_thread::sleep_for(1200ms);  // OpenBao's clock cannot be moved
  }
}

TEST_F(HashiCorpVaultInterop, LogsInByTheCertificateOfTheConnection) {
  const sandbox::CertificateAuthority clients("authority of vault's clients");
  bao_.run("auth enable cert");
  bao_.run("write auth/cert/certs/ep token_policies=easypost allowed_common_names=partner-1 certificate=-",
           clients.certificate());
  sandbox::CertificateProfile profile;
  profile.common_name = "partner-1";
  const auto client = clients.issue(profile);
  options_.hashicorp.address = bao_.tls_url();
  options_.hashicorp.server_ca = TlsMaterial::in_memory(Secret(bao_.authority().certificate()));
  options_.hashicorp.client_certificate = {
      TlsMaterial::in_memory(Secret(client.certificate)), TlsMaterial::in_memory(Secret(client.private_key)), {}};
  options_.hashicorp.login = vaults::CertificateLogin{"ep", "cert"};
  const auto found = look("vault://secret/easypost/acc");
  EXPECT_TRUE(found.credentials) << words_of(found);
  options_.hashicorp.client_certificate = {};
  EXPECT_THAT(words_of(look("vault://secret/easypost/acc")), HasSubstr("login by certificate"));
}

}  // namespace
}  // namespace easypost_connect::interop
