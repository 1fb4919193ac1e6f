// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/vaults.hpp>

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>

#include "fake_transport.hpp"
#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "unit/facade/scoped_environment.hpp"
#include "unit/identity/test_certificates.hpp"
#include "vaults/wiped_json.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::AllOf;

/// A Vault that everybody may read, with one KV 1 secret of all fields.
class VaultsTest : public ::testing::Test {
 protected:
  VaultsTest() {
    environment_.set("ENVIRONMENT", "ACC");
    options_.hashicorp.address = "https://vault.test";
    options_.hashicorp.login = vaults::VaultToken{Secret("hvs.outside-token")};
    options_.transport = transport_;
    transport_->reply(answer(200, R"({"data":{"ttl":0}})"));
    internal::WipedJson fields;
    fields.add("client_cert", good_client().certificate);
    fields.add("client_key", good_client().private_key);
    fields.add("api_key", "key-of-the-vault");
    fields.add("client_id", kClientId);
    fields.add("client_secret", kClientSecret);
    const std::string body = R"({"data":)" + std::string(fields.text().expose()) + "}";
    transport_->always([body](const SentRequest& /*request*/) -> Result<Response> { return answer(200, body); });
  }

  ScopedEnvironment environment_;
  std::shared_ptr<FakeTransport> transport_ = std::make_shared<FakeTransport>();
  vaults::VaultOptions options_;
};

TEST_F(VaultsTest, MakeAClientOfOneAddress) {
  environment_.set("CREDENTIALS", "vault://kv/ep?kv=1");
  auto options = vaults::from_environment(options_);
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->environment.api_url, Environment::acc().api_url);
  EXPECT_EQ(transport_->count(), 0U);
  EXPECT_THAT(ConnectClient::create(*std::move(options)), IsOk());
}

TEST_F(VaultsTest, MixReferencesWithWhatTheVariablesHold) {
  environment_.set("CLIENT_CERT", good_client().certificate);
  environment_.set("CLIENT_KEY", "vault://kv/ep?kv=1#client_key");
  environment_.set("API_KEY", "vault://kv/ep?kv=1#api_key");
  environment_.set("CLIENT_ID", "id-of-the-variable");
  environment_.set("CLIENT_SECRET", std::string(kClientSecret));
  auto options = vaults::from_environment(options_);
  ASSERT_THAT(options, IsOk());
  const auto found = options->credential_source();
  ASSERT_THAT(found.credentials, IsOk());
  EXPECT_EQ(found.credentials->api_key.expose(), "key-of-the-vault");
  EXPECT_EQ(found.credentials->oauth_client.id, "id-of-the-variable");
  EXPECT_THAT(ConnectClient::create(*std::move(options)), IsOk());
}

TEST_F(VaultsTest, RefuseTwoPlacesForOneCredential) {
  environment_.set("CREDENTIALS", "vault://kv/ep?kv=1");
  environment_.set("API_KEY", "sesame");
  EXPECT_THAT(vaults::from_environment(options_),
              AllOf(Says("EASYPOST_CONNECT_CREDENTIALS and EASYPOST_CONNECT_API_KEY are both set"),
                    BlamedOn(Factor::kCredentialSource)));
}

TEST_F(VaultsTest, NameTheVariableOfABrokenReference) {
  environment_.set("CREDENTIALS", "vaults://kv/ep");
  EXPECT_THAT(vaults::from_environment(options_), Says("EASYPOST_CONNECT_CREDENTIALS: The reference"));
  environment_.set("CREDENTIALS", "");
  environment_.set("API_KEY", "vault://kv/ep?kv=3");
  EXPECT_THAT(vaults::from_environment(options_), Says("another KV engine"));
}

TEST_F(VaultsTest, NameTheMemberOfABrokenReference) {
  vaults::CredentialReferences references;
  EXPECT_THAT(vaults::from_references(references, options_), Says("no reference to any credential"));
  references.client_secret = "gpg://a";
  EXPECT_THAT(vaults::from_references(references, options_), Says("client_secret: The reference"));
}

TEST_F(VaultsTest, LeaveVariablesWithoutReferencesToTheClient) {
  environment_.set("API_KEY", "sesame");
  const auto options = vaults::from_environment(options_);
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->credentials.api_key.expose(), "sesame");
}

}  // namespace
}  // namespace easypost_connect::unit_test
