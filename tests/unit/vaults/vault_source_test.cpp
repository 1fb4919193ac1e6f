// SPDX-License-Identifier: Apache-2.0
#include "vaults/vault_source.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/make_error.hpp"
#include "result_matchers.hpp"
#include "vault_world.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::BlamedOn;
using test_support::FakeVaultWorld;
using test_support::IsOk;
using test_support::Says;
using test_support::ScopedVariable;
using testing::AllOf;
using testing::ElementsAre;

constexpr const char* kFields =
    R"({"data":{"client_cert":"C","client_key":"K","api_key":"A","client_id":"I","client_secret":"S"}})";

class VaultSourceTest : public testing::Test {
 protected:
  VaultSourceTest() {
    options_.hashicorp.address = "https://vault.test";
    options_.hashicorp.login = vaults::VaultToken{Secret("hvs.outside-token")};
    world_.answer(R"({"data":{"ttl":0,"renewable":false}})");  // the token lives for good
  }

  std::shared_ptr<VaultSource> source(const char* uri) {
    auto made = VaultSource::make(*parse_reference(uri), {}, options_, world_.world());
    return made ? *std::move(made) : nullptr;
  }
  std::shared_ptr<VaultSource> source(std::vector<VaultSource::Field> fields) {
    auto made = VaultSource::make(std::nullopt, std::move(fields), options_, world_.world());
    return made ? *std::move(made) : nullptr;
  }

  FakeVaultWorld world_;
  vaults::VaultOptions options_;
};

TEST_F(VaultSourceTest, GivesTheCredentialsOfOneSecret) {
  world_.answer(kFields);
  const auto found = source("vault://kv/ep?kv=1")->look();
  ASSERT_THAT(found.credentials, IsOk());
  EXPECT_EQ(found.credentials->api_key.expose(), "A");
  EXPECT_EQ(found.look_again_after, 300s);
}

TEST_F(VaultSourceTest, ReadsASecretOfSeveralFieldsOnce) {
  world_.answer(kFields);
  using Names = vaults::FieldNames;
  const auto found = source({{&Names::api_key, *parse_reference("vault://kv/ep?kv=1#api_key")},
                             {&Names::client_secret, *parse_reference("vault://kv/ep?kv=1#client_secret")}})
                         ->look();
  ASSERT_THAT(found.credentials, IsOk());
  EXPECT_EQ(found.credentials->oauth_client.secret.expose(), "S");
  EXPECT_EQ(world_.transport->count(), 2U);  // the token's life, and the secret
}

TEST_F(VaultSourceTest, NamesTheMemberThatASecretLacks) {
  world_.answer(kFields);
  const auto found = source({{&vaults::FieldNames::api_key, *parse_reference("vault://kv/ep?kv=1#key")}})->look();
  EXPECT_THAT(found.credentials,
              AllOf(Says("vault://kv/ep?kv=1, decode"), Says("\"key\""), BlamedOn(Factor::kCredentialSource)));
}

TEST_F(VaultSourceTest, TakesVariablesWithoutTheirLineEnd) {
  const ScopedVariable variable("VAULT_SOURCE_TEST_KEY", "sesame\n");
  const auto found = source({{&vaults::FieldNames::api_key, *parse_reference("env:VAULT_SOURCE_TEST_KEY")}})->look();
  ASSERT_THAT(found.credentials, IsOk());
  EXPECT_EQ(found.credentials->api_key.expose(), "sesame");
}

TEST_F(VaultSourceTest, WaitsForAVaultThatIsAwayAtFirst) {
  options_.start_timeout = 10s;
  world_.answer(R"({"errors":["Vault is sealed"]})", 503);
  world_.answer(R"({"errors":["Vault is sealed"]})", 503);
  world_.answer(kFields);
  const auto vault = source("vault://kv/ep?kv=1");
  EXPECT_THAT(vault->look().credentials, IsOk());
  EXPECT_THAT(world_.pauses, ElementsAre(187ms, 375ms));

  world_.answer(R"({"errors":["Vault is sealed"]})", 503);
  EXPECT_THAT(vault->look().credentials, AllOf(Says("sealed"), Says("unseal")));  // later the client itself waits
  EXPECT_EQ(world_.pauses.size(), 2U);
}

TEST_F(VaultSourceTest, DoesNotWaitForWhatTimeCannotMend) {
  options_.start_timeout = 10s;
  world_.answer(R"({"errors":[]})", 404);
  EXPECT_THAT(source("vault://kv/ep?kv=1")->look().credentials, Says("no such secret"));
  EXPECT_TRUE(world_.pauses.empty());
}

TEST_F(VaultSourceTest, TellsWhatALookFound) {
  world_.answer(
      R"({"data":{"data":{"client_cert":"C","client_key":"K","x-key":"A","client_id":"I","client_secret":"S"},)"
      R"("metadata":{"version":7}}})");
  options_.fields.api_key = "x-key";
  const auto made = source("vault://kv/ep?kv=2");
  ASSERT_THAT(made->look().credentials, IsOk());
  const VaultLook look = made->last_look();
  EXPECT_EQ(look.stage, VaultStage::kDone);
  EXPECT_TRUE(look.reached);
  ASSERT_EQ(look.secrets.size(), 1U);
  EXPECT_EQ(look.secrets[0].reference, "vault://kv/ep?kv=2");
  EXPECT_EQ(look.secrets[0].vault, "HashiCorp Vault at https://vault.test");
  EXPECT_EQ(look.secrets[0].login, "token");
  EXPECT_EQ(look.secrets[0].version, "7");
  ASSERT_EQ(look.places.size(), 5U);
  EXPECT_EQ(look.places[2].credential, "api_key");
  EXPECT_EQ(look.places[2].reference, "vault://kv/ep?kv=2#x-key");
  EXPECT_EQ(look.places[2].version, "7");
}

TEST_F(VaultSourceTest, TellsWhereEachCredentialWasFound) {
  world_.answer(kFields);
  const auto made = source({{&vaults::FieldNames::api_key, *parse_reference("vault://kv/ep?kv=1#api_key")}});
  ASSERT_THAT(made->look().credentials, IsOk());
  const VaultLook look = made->last_look();
  ASSERT_EQ(look.places.size(), 1U);
  EXPECT_EQ(look.places[0].credential, "api_key");
  EXPECT_EQ(look.places[0].reference, "vault://kv/ep?kv=1#api_key");
}

TEST_F(VaultSourceTest, TellsAtWhichStepALookFailed) {
  const auto made = source("vault://kv/ep?kv=1");
  world_.answer(R"({"errors":["1 error occurred: permission denied"]})", 403);
  EXPECT_FALSE(made->look().credentials);
  EXPECT_EQ(made->last_look().stage, VaultStage::kRead);
  EXPECT_EQ(made->last_look().secrets[0].login, "token");

  world_.answer(R"({"errors":["permission denied"]})", 403);  // the token has ended
  world_.answer(R"({"errors":["permission denied"]})", 403);  // the token is no better when it is given anew
  EXPECT_FALSE(made->look().credentials);
  EXPECT_EQ(made->last_look().stage, VaultStage::kLogin);

  world_.answer(R"({"data":{"ttl":0,"renewable":false}})");
  world_.answer(R"({"data":{"client_cert":"C"}})");
  EXPECT_FALSE(made->look().credentials);
  EXPECT_EQ(made->last_look().stage, VaultStage::kDecode);

  world_.transport->reply(make_error(ErrorCode::kConnection, Factor::kNetwork, "nobody listens there", "start it"));
  EXPECT_FALSE(made->look().credentials);
  EXPECT_EQ(made->last_look().stage, VaultStage::kReach);
  EXPECT_FALSE(made->last_look().reached);
}

TEST_F(VaultSourceTest, ReachesNobodyWithoutALogin) {
  const ScopedVariable no_token("VAULT_TOKEN", nullptr);
  const ScopedVariable no_bao_token("BAO_TOKEN", nullptr);
  const ScopedVariable no_home("HOME", nullptr);
  options_.hashicorp.login = vaults::VaultToken{};
  const auto made = source("vault://kv/ep?kv=1");
  EXPECT_FALSE(made->look().credentials);
  EXPECT_EQ(made->last_look().stage, VaultStage::kLogin);
  EXPECT_FALSE(made->last_look().reached);
}

}  // namespace
}  // namespace easypost_connect::internal
