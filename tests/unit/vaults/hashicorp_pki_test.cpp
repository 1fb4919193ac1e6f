// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <easypost_connect/sandbox.hpp>

#include "result_matchers.hpp"
#include "vault_world.hpp"
#include "vaults/readers.hpp"
#include "vaults/vault_source.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::BlamedOn;
using test_support::FakeVaultWorld;
using test_support::IsError;
using test_support::IsOk;
using test_support::Says;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kReference = "vault-pki://pki/easypost?cn=partner-1&ttl=1h";

class HashiCorpPkiTest : public ::testing::Test {
 protected:
  HashiCorpPkiTest() {
    options_.address = "https://vault.test:8200";
    options_.login = vaults::VaultToken{Secret("hvs.token-of-the-root")};
    world_.answer(R"({"data":{"ttl":0,"renewable":false}})");
  }

  SecretReader& reader() {
    if (reader_ == nullptr) reader_ = make_hashicorp_reader(options_, world_.world()).value();
    return *reader_;
  }
  Result<ReadSecret> read(const char* text = kReference) { return reader().read(*parse_reference(text)); }
  Result<void> check(const char* text) { return reader().check(*parse_reference(text)); }

  /// The authority of `authority_` signs what comes.
  void answer_certificate(const char* serial, std::chrono::seconds life) {
    const auto ends =
        std::chrono::duration_cast<std::chrono::seconds>((world_.clock->now().wall + life).time_since_epoch()).count();
    world_.transport->reply(
        [this, serial = std::string(serial), ends](const test_support::SentRequest& sent) -> Result<Response> {
          const auto csr = nlohmann::json::parse(sent.body)["csr"].get<std::string>();
          const nlohmann::json data = {{"certificate", Sandbox::sign(authority_, csr).value()},
                                       {"ca_chain", {"AUTHORITY"}},
                                       {"serial_number", serial},
                                       {"expiration", ends}};
          return test_support::answer(200, nlohmann::json({{"data", data}}).dump());
        });
  }

  const std::string authority_ = Sandbox::make_authority().value();
  FakeVaultWorld world_;
  vaults::HashiCorpVault options_;
  std::unique_ptr<SecretReader> reader_;
};

TEST_F(HashiCorpPkiTest, SendsARequestAndKeepsTheKey) {
  answer_certificate("01:02", 1h);
  const auto secret = read();
  ASSERT_THAT(secret, IsOk());
  EXPECT_EQ(secret->version, "01:02");
  EXPECT_EQ(secret->look_again, 40min);
  EXPECT_THAT(std::string(secret->content.expose()),
              AllOf(HasSubstr("-----END CERTIFICATE-----\nAUTHORITY\n-----BEGIN PRIVATE KEY-----"),
                    HasSubstr("-----END PRIVATE KEY-----\n")));
  const auto sent = world_.sent(1);
  EXPECT_EQ(sent.url, "https://vault.test:8200/v1/pki/sign/easypost");
  EXPECT_EQ(sent.method, Method::kPost);
  const auto body = nlohmann::json::parse(sent.body);
  EXPECT_EQ(body["common_name"], "partner-1");
  EXPECT_EQ(body["ttl"], "1h");
  EXPECT_THAT(body["csr"].get<std::string>(), HasSubstr("BEGIN CERTIFICATE REQUEST"));
  EXPECT_THAT(sent.body, Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(HashiCorpPkiTest, AsksForTheNextOneAtTwoThirdsOfTheLife) {
  answer_certificate("01", 1h);
  EXPECT_EQ(read()->version, "01");
  world_.clock->advance(39min);
  EXPECT_EQ(read()->version, "01");
  EXPECT_EQ(read()->look_again, 1min);
  world_.clock->advance(1min);
  answer_certificate("02", 1h);
  EXPECT_EQ(read()->version, "02");
  EXPECT_EQ(world_.transport->count(), 3U);
}

TEST_F(HashiCorpPkiTest, GoesByTheEndThatTheVaultGaveIt) {
  answer_certificate("01", 60s);
  EXPECT_EQ(read()->look_again, 40s);
}

TEST_F(HashiCorpPkiTest, AsksAgainWhenTheCertificateIsOfNoUse) {
  const auto ends =
      std::chrono::duration_cast<std::chrono::seconds>((world_.clock->now().wall + 1h).time_since_epoch());
  world_.answer(R"({"data":{"certificate":"DAMAGED","expiration":)" + std::to_string(ends.count()) + "}}");
  EXPECT_THAT(read(), IsOk());  // create() and reload() say what is wrong with it
  answer_certificate("02", 1h);
  EXPECT_EQ(read()->version, "02");
}

TEST_F(HashiCorpPkiTest, RenewsTheTokenWhileTheCertificateIsKept) {
  reader_ = nullptr;
  world_.transport = std::make_shared<test_support::FakeTransport>();
  world_.answer(R"({"data":{"ttl":600,"renewable":true}})");
  answer_certificate("01", 1h);
  EXPECT_THAT(read(), IsOk());
  world_.clock->advance(401s);
  world_.answer(R"({"auth":{"client_token":"hvs.token-of-the-root","lease_duration":600,"renewable":true}})");
  const auto kept = read();
  ASSERT_THAT(kept, IsOk());
  EXPECT_EQ(kept->version, "01");
  EXPECT_EQ(kept->look_again, 400s);
  EXPECT_EQ(world_.sent(2).url, "https://vault.test:8200/v1/auth/token/renew-self");
}

TEST_F(HashiCorpPkiTest, NamesRoleAndPolicyWhenItIsRefused) {
  struct Row {
    int status;
    const char* body;
    const char* says;
    const char* remedy;
  };
  for (const Row& row :
       {Row{400, R"({"errors":["common name evil.test not allowed by this role"]})", "not allowed",
            "vault read pki/roles/easypost"},
        Row{400, R"({"errors":["role requires keys of type ec"]})", "keys of type ec", "Compare cn, ttl and key"},
        Row{403, R"({"errors":["permission denied"]})", "permission denied", "update pki/sign/easypost"},
        Row{404, R"({"errors":["no handler for route"]})", "no handler", "vault secrets list"},
        Row{503, R"({"errors":["Vault is sealed"]})", "sealed", "Unseal"},
        Row{200, R"({"data":{}})", "no certificate", "PKI engine"},
        Row{200, R"({"data":{"certificate":"C","expiration":1}})", "has ended", "clock"},
        Row{200, "<html>", "no JSON object", "page"}}) {
    reader_ = nullptr;
    world_.transport = std::make_shared<test_support::FakeTransport>();
    world_.answer(R"({"data":{"ttl":0,"renewable":false}})");
    world_.answer(row.body, row.status);
    const auto secret = read();
    EXPECT_THAT(secret, AllOf(BlamedOn(Factor::kCredentialSource), Says(row.says), Says(row.remedy), Says(kReference)));
  }
}

TEST_F(HashiCorpPkiTest, WantsMountRoleAndName) {
  EXPECT_THAT(check(kReference), IsOk());
  EXPECT_THAT(check("vault-pki://team/pki/easypost?cn=a&key=ec&namespace=n"), IsOk());
  EXPECT_THAT(check("vault-pki://pki?cn=a"), Says("mount and a role"));
  EXPECT_THAT(check("vault-pki://pki/easypost"), Says("Add cn="));
  EXPECT_THAT(check("vault-pki://pki/easypost?cn=a&key=dsa"), Says("key=ec"));
  EXPECT_THAT(check("vault-pki://pki/easypost?cn=a&token=x"), Says("unknown"));
  EXPECT_THAT(check("vault-pki:///pki/easypost?cn=a"), Says("mount and a role"));
  EXPECT_THAT(check("vault-pki://pki/easypost?cn=a#key"), Says("no members"));
  EXPECT_THAT(check(("vault-pki://pki/easypost?cn=" + std::string(65, 'a')).c_str()), Says("cannot be requested"));
}

class IssuedCertificate : public HashiCorpPkiTest {
 protected:
  Result<std::shared_ptr<VaultSource>> source(
      std::vector<std::pair<std::string vaults::FieldNames::*, const char*>> fields) {
    vaults::VaultOptions options;
    options.hashicorp = options_;
    std::vector<VaultSource::Field> parsed;
    for (const auto& [name, text] : fields) parsed.push_back({name, *parse_reference(text)});
    return VaultSource::make(std::nullopt, std::move(parsed), options, world_.world());
  }
};

TEST_F(IssuedCertificate, StandsBesideOtherCredentials) {
  answer_certificate("01", 1h);
  world_.answer(R"({"data":{"data":{"api_key":"A"},"metadata":{"version":7}}})");
  const auto made = source({{&vaults::FieldNames::client_cert, kReference},
                            {&vaults::FieldNames::api_key, "vault://secret/easypost?kv=2#api_key"}});
  ASSERT_THAT(made, IsOk());
  const auto found = (*made)->look();
  ASSERT_THAT(found.credentials, IsOk());
  EXPECT_EQ(found.credentials->api_key.expose(), "A");
  EXPECT_TRUE(found.credentials->client_certificate.private_key.empty());
  EXPECT_EQ(world_.transport->count(), 3U);  // one login does
}

TEST_F(IssuedCertificate, ExcludesAnotherKey) {
  answer_certificate("01", 1h);
  world_.answer(R"({"data":{"data":{"key":"K"},"metadata":{"version":7}}})");
  const auto made = source({{&vaults::FieldNames::client_cert, kReference},
                            {&vaults::FieldNames::client_key, "vault://secret/easypost?kv=2#key"}});
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT((*made)->look().credentials, Says("a key or a passphrase is given"));
}

TEST_F(IssuedCertificate, IsNothingElse) {
  EXPECT_THAT(source({{&vaults::FieldNames::api_key, kReference}}), Says("a certificate and its key"));
  EXPECT_THAT(VaultSource::make(*parse_reference(kReference), {}, {}, world_.world()),
              Says("a certificate and its key"));
}

}  // namespace
}  // namespace easypost_connect::internal
