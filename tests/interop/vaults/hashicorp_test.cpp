// SPDX-License-Identifier: Apache-2.0
// The source for HashiCorp Vault against OpenBao, which has the same API.
#include <chrono>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "open_bao.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kSecret =
    R"({"client_cert":"C","client_key":"K","api_key":"canary-secret-1","client_id":"I","client_secret":"canary-secret-2"})";

class HashiCorpVaultInterop : public testing::Test {
 protected:
  HashiCorpVaultInterop() {
    bao_.run("kv put -mount=secret easypost/acc -", kSecret);
    bao_.run("policy write easypost -", "path \"secret/data/easypost/*\" { capabilities = [\"read\"] }");
    bao_.run("auth enable approle");
    options_.hashicorp.address = bao_.url();
    options_.hashicorp.login = vaults::VaultToken{Secret(bao_.root_token())};
  }

  vaults::AppRoleLogin app_role(const std::string& settings) {
    bao_.run("write auth/approle/role/ep token_policies=easypost " + settings);
    vaults::AppRoleLogin login;
    login.role_id = bao_.run("read -field=role_id auth/approle/role/ep/role-id");
    login.secret_id = Secret(bao_.run("write -f -field=secret_id auth/approle/role/ep/secret-id"));
    return login;
  }

  SourcedCredentials look(const char* uri) {
    auto source = vaults::from_uri(uri, options_);
    if (!source) return std::move(source).error();
    return (*source)();
  }

  OpenBao bao_;
  vaults::VaultOptions options_;
};

std::string words_of(const SourcedCredentials& found) {
  return found.credentials ? "credentials" : found.credentials.error().describe();
}

TEST_F(HashiCorpVaultInterop, ReadsTheSecretThatTheCommandsOfVaultHaveStored) {
  const auto found = look("vault://secret/easypost/acc");
  ASSERT_TRUE(found.credentials) << words_of(found);
  EXPECT_EQ(found.credentials->api_key.expose(), "canary-secret-1");
}

TEST_F(HashiCorpVaultInterop, ReadsAnOlderVersionAndKv1) {
  bao_.run("kv put -mount=secret easypost/acc -", R"({"api_key":"new"})");
  EXPECT_TRUE(look("vault://secret/easypost/acc?version=1").credentials);
  EXPECT_THAT(words_of(look("vault://secret/easypost/acc")), HasSubstr("missing or empty: client_cert"));
  bao_.run("secrets enable -version=1 -path=kv1 kv");
  bao_.run("kv put -mount=kv1 ep -", kSecret);
  const auto found = look("vault://kv1/ep");
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

}  // namespace
}  // namespace easypost_connect::interop
