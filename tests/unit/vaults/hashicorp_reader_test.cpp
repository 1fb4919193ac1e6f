// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "vault_world.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::BlamedOn;
using test_support::FakeVaultWorld;
using test_support::IsOk;
using test_support::Says;
using test_support::ScopedVariable;
using testing::AllOf;
using testing::Not;

constexpr const char* kFields = R"({"data":{"api_key":"A"}})";

class HashiCorpReaderTest : public testing::Test {
 protected:
  HashiCorpReaderTest() { options_.address = "https://vault.test:8200/"; }

  SecretReader& reader() {
    if (reader_ == nullptr) {
      auto made = make_hashicorp_reader(options_, world_.world());
      EXPECT_THAT(made, IsOk());
      reader_ = *std::move(made);
    }
    return *reader_;
  }
  Result<ReadSecret> read(const char* text) { return reader().read(*parse_reference(text)); }

  void log_in_by_app_role(std::string_view token, int life) {
    options_.login = vaults::AppRoleLogin{"role", Secret("secret-id-of-the-role"), false, "approle"};
    answer_login(token, life);
  }
  void answer_login(std::string_view token, int life) {
    world_.answer(R"({"auth":{"client_token":")" + std::string(token) + R"(","lease_duration":)" +
                  std::to_string(life) + R"(,"renewable":true}})");
  }

  FakeVaultWorld world_;
  vaults::HashiCorpVault options_;
  std::unique_ptr<SecretReader> reader_;
};

TEST_F(HashiCorpReaderTest, LogsInByAppRoleAndReadsAVersion) {
  log_in_by_app_role("hvs.first-token", 3600);
  world_.answer(R"({"data":{"data":{"api_key":"A"},"metadata":{"version":7}}})");
  const auto secret = read("vault://secret/easypost/acc?kv=2&version=7&namespace=team-a");
  ASSERT_THAT(secret, IsOk());
  EXPECT_EQ(secret->content.expose(), R"({"api_key":"A"})");
  EXPECT_EQ(secret->version, "7");
  EXPECT_EQ(secret->look_again, 2400s);  // two thirds of the token's life

  const auto login = world_.sent(0);
  EXPECT_EQ(login.url, "https://vault.test:8200/v1/auth/approle/login");
  EXPECT_EQ(login.body, R"({"role_id":"role","secret_id":"secret-id-of-the-role"})");
  EXPECT_TRUE(login.credentials.empty());
  const auto asked = world_.sent(1);
  EXPECT_EQ(asked.url, "https://vault.test:8200/v1/secret/data/easypost/acc?version=7");
  EXPECT_EQ(asked.credential("x-vault-token"), "hvs.first-token");
  EXPECT_NE(std::find(asked.headers.begin(), asked.headers.end(),
                      std::pair<std::string, std::string>("x-vault-namespace", "team-a")),
            asked.headers.end());
}

TEST_F(HashiCorpReaderTest, FindsOutWhichEngineIsThere) {
  log_in_by_app_role("hvs.first-token", 3600);
  world_.answer(R"({"data":{"path":"team/kv/","options":{"version":"2"}}})");
  world_.answer(R"({"data":{"data":{"api_key":"A"},"metadata":{"version":1}}})");
  ASSERT_THAT(read("vault://team/kv/ep"), IsOk());
  EXPECT_EQ(world_.sent(1).url, "https://vault.test:8200/v1/sys/internal/ui/mounts/team/kv/ep");
  EXPECT_EQ(world_.sent(2).url, "https://vault.test:8200/v1/team/kv/data/ep");
}

TEST_F(HashiCorpReaderTest, RemembersNoEngineThatTheVaultDidNotName) {
  log_in_by_app_role("hvs.first-token", 3600);
  for (const auto& [body, status] : {std::pair("<html>", 200), std::pair("{}", 200), std::pair("", 502)}) {
    world_.answer(body, status);
    EXPECT_FALSE(read("vault://kv/ep"));
  }
  world_.answer(R"({"data":{"path":"kv/","options":{"version":"1"}}})");
  world_.answer(kFields);
  EXPECT_THAT(read("vault://kv/ep"), IsOk());
}

TEST_F(HashiCorpReaderTest, RenewsTheTokenBeforeItsEnd) {
  log_in_by_app_role("hvs.first-token", 60);
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  world_.clock->advance(40s);
  answer_login("hvs.first-token", 60);
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  EXPECT_EQ(world_.sent(2).url, "https://vault.test:8200/v1/auth/token/renew-self");
  EXPECT_EQ(world_.sent(3).url, "https://vault.test:8200/v1/kv/ep");
}

TEST_F(HashiCorpReaderTest, LogsInAgainWhenTheRenewalBringsLittle) {
  log_in_by_app_role("hvs.first-token", 60);
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  world_.clock->advance(40s);
  answer_login("hvs.first-token", 5);  // capped by token_max_ttl
  answer_login("hvs.second-token", 60);
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  EXPECT_EQ(world_.sent(4).credential("x-vault-token"), "hvs.second-token");
}

TEST_F(HashiCorpReaderTest, LogsInAgainWhenTheTokenIsRefused) {
  log_in_by_app_role("hvs.first-token", 3600);
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  world_.answer(R"({"errors":["permission denied"]})", 403);
  answer_login("hvs.second-token", 3600);
  world_.answer(kFields);
  EXPECT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  EXPECT_EQ(world_.sent(4).credential("x-vault-token"), "hvs.second-token");
}

TEST_F(HashiCorpReaderTest, DoesNotLogInAgainForAPolicyThatForbids) {
  log_in_by_app_role("hvs.first-token", 3600);
  world_.answer(R"({"errors":["1 error occurred:\n\t* permission denied\n\n"]})", 403);
  EXPECT_THAT(read("vault://kv/ep?kv=1"),
              AllOf(Says("permission denied"), Says("Let the policy of this login read kv/ep"), Says("403"),
                    BlamedOn(Factor::kCredentialSource)));
  EXPECT_EQ(world_.transport->count(), 2U);
}

TEST_F(HashiCorpReaderTest, UnwrapsASecretIdOnce) {
  options_.login = vaults::AppRoleLogin{"role", Secret("hvs.wrapping-token"), true, "approle"};
  world_.answer(R"({"data":{"secret_id":"unwrapped-secret-id"}})");
  answer_login("hvs.first-token", 0);
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  EXPECT_EQ(world_.sent(0).credential("x-vault-token"), "hvs.wrapping-token");
  EXPECT_NE(world_.sent(1).body.find("unwrapped-secret-id"), std::string::npos);
}

TEST_F(HashiCorpReaderTest, SaysThatAWrappedSecretIdWasUsed) {
  options_.login = vaults::AppRoleLogin{"role", Secret("hvs.wrapping-token"), true, "approle"};
  world_.answer(R"({"errors":["wrapping token is not valid or does not exist"]})", 400);
  EXPECT_THAT(read("vault://kv/ep?kv=1"), AllOf(Says("unwrapping of the secret id"), Says("somebody else may have")));
}

TEST_F(HashiCorpReaderTest, ReadsTheTokenOfAServiceAccountForEachLogin) {
  const test_support::TemporaryFolder folder;
  options_.login = vaults::JwtLogin{"easypost", folder.write("token", "eyJ.one.x\n"), "kubernetes"};
  answer_login("hvs.first-token", 0);
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  EXPECT_EQ(world_.sent(0).url, "https://vault.test:8200/v1/auth/kubernetes/login");
  EXPECT_EQ(world_.sent(0).body, R"({"role":"easypost","jwt":"eyJ.one.x"})");
}

TEST_F(HashiCorpReaderTest, TakesTheTokenOfTheEnvironment) {
  const ScopedVariable bao("BAO_TOKEN", nullptr);
  const ScopedVariable token("VAULT_TOKEN", "hvs.of-the-environment");
  world_.answer(R"({"data":{"ttl":0}})");
  world_.answer(kFields);
  ASSERT_THAT(read("vault://kv/ep?kv=1"), IsOk());
  EXPECT_EQ(world_.sent(1).credential("x-vault-token"), "hvs.of-the-environment");
}

TEST_F(HashiCorpReaderTest, SaysWhatDeletedMeans) {
  log_in_by_app_role("hvs.first-token", 0);
  world_.answer(R"({"data":{"data":null,"metadata":{"deletion_time":"2026-11-25T14:38:02Z","version":2}}})", 404);
  EXPECT_THAT(read("vault://secret/ep?kv=2"), AllOf(Says("was deleted"), Says("undelete")));
}

TEST_F(HashiCorpReaderTest, SaysThatADestroyedVersionDoesNotComeBack) {
  log_in_by_app_role("hvs.first-token", 0);
  world_.answer(R"({"data":{"data":null,"metadata":{"deletion_time":"","destroyed":true,"version":2}}})", 404);
  EXPECT_THAT(read("vault://secret/ep?kv=2"), AllOf(Says("was destroyed"), Says("Write a new version")));
}

TEST_F(HashiCorpReaderTest, QuotesNoSecretThatTheVaultEchoes) {
  log_in_by_app_role("hvs.first-token", 0);
  world_.answer(R"({"errors":["bad token hvs.first-token"]})", 400);
  EXPECT_THAT(read("vault://kv/ep?kv=1"), AllOf(Says("left out"), Not(Says("hvs.first-token"))));
}

TEST_F(HashiCorpReaderTest, FollowsNoRedirect) {
  log_in_by_app_role("hvs.first-token", 0);
  world_.answer("", 307, {{"location", "https://active.test:8200/v1/kv/ep"}});
  EXPECT_THAT(read("vault://kv/ep?kv=1"), AllOf(Says("active.test"), Says("not followed")));
  EXPECT_EQ(world_.transport->count(), 2U);
}

TEST_F(HashiCorpReaderTest, ChecksReferences) {
  for (const char* const text : {"vault://secret", "vault:///secret/ep", "vault://secret/"}) {
    EXPECT_THAT(reader().check(*parse_reference(text)), Says("a mount and a secret below it")) << text;
  }
  EXPECT_THAT(reader().check(*parse_reference("vault://secret/ep?kv=3")), Says("another KV engine"));
  EXPECT_THAT(reader().check(*parse_reference("vault://secret/ep?ttl=3")), Says("\"ttl\", which is unknown"));
}

TEST_F(HashiCorpReaderTest, GoesByPlainHttpToThisMachineOnly) {
  options_.address = "http://vault.test:8200";
  EXPECT_THAT(make_hashicorp_reader(options_, world_.world()), Says("plain http"));
  options_.address = "http://127.0.0.1:8200";
  EXPECT_THAT(make_hashicorp_reader(options_, world_.world()), IsOk());
  EXPECT_EQ(world_.transports.at(0).plain_http_hosts.at(0), "127.0.0.1:8200");
}

TEST_F(HashiCorpReaderTest, NamesTheVariableOfAMissingAddress) {
  const ScopedVariable bao("BAO_ADDR", nullptr);
  const ScopedVariable vault("VAULT_ADDR", nullptr);
  options_.address = "";
  EXPECT_THAT(make_hashicorp_reader(options_, world_.world()), Says("VAULT_ADDR"));
}

}  // namespace
}  // namespace easypost_connect::internal
