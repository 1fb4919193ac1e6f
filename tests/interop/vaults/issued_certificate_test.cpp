// SPDX-License-Identifier: Apache-2.0
// OpenBao issues the client certificate, by the commands of docs/vault-hashicorp.md; a server that trusts its authority
// takes it by mutual TLS.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/connect_client.hpp>
#include <easypost_connect/observer.hpp>
#include <easypost_connect/sandbox.hpp>

#include "documented_page.hpp"
#include "hashicorp_fixture.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Renewals final : public Observer {
 public:
  void credentials_reloaded(const CredentialsReloadedEvent& event) noexcept override {
    if (event.error == nullptr) ++count;
  }
  std::atomic<int> count{0};
};

class IssuedByOpenBao : public HashiCorpFixture {
 protected:
  IssuedByOpenBao() {
    page_.add_program("vault", OpenBao::kProgram);
    page_.set("VAULT_ADDR", bao_.url());
    page_.set("VAULT_TOKEN", bao_.root_token());
    page_.run("allow to issue");
    SandboxOptions options;
    options.client_ca = read_file(page_.folder().path("authority.pem"));
    sandbox_ = std::make_unique<Sandbox>(Sandbox::start(std::move(options)).value());
    store(sandbox_->client_options().credentials);
    const std::string token = bao_.run("token create -policy=easypost -policy=easypost-pki -field=token");
    options_.hashicorp.login = vaults::VaultToken{Secret(token)};
    options_.poll_interval = 1s;
  }

  Result<ConnectClient> client_with(const std::string& certificate) {
    vaults::CredentialReferences references;
    references.client_cert = certificate;
    references.api_key = "vault://secret/easypost/acc#api_key";
    references.client_id = "vault://secret/easypost/acc#client_id";
    references.client_secret = "vault://secret/easypost/acc#client_secret";
    auto source = vaults::from_references(references, options_);
    if (!source) return std::move(source).error();
    ClientOptions options = sandbox_->client_options();
    options.credentials = {};
    options.credential_source = *std::move(source);
    options.observer = renewals_;
    return ConnectClient::create(std::move(options));
  }

  DocumentedPage page_{"vault-hashicorp.md"};
  std::unique_ptr<Sandbox> sandbox_;
  std::shared_ptr<Renewals> renewals_ = std::make_shared<Renewals>();
};

TEST_F(IssuedByOpenBao, PassesMutualTls) {
  auto client = client_with(page_.run("use what is issued", {}, "printf %s \"$EASYPOST_CONNECT_CLIENT_CERT\""));
  ASSERT_TRUE(client) << client.error().describe();
  const auto answer = client->get("/jobs");
  EXPECT_TRUE(answer) << answer.error().describe();
}

TEST_F(IssuedByOpenBao, IsFollowedByTheNextOneWithoutALostCall) {
  auto client = client_with("vault-pki://pki/easypost?cn=partner-1&ttl=15s");
  ASSERT_TRUE(client) << client.error().describe();
  const auto patience = std::chrono::steady_clock::now() + 60s;
  while (renewals_->count < 3 && std::chrono::steady_clock::now() < patience) {
    const auto answer = client->get("/jobs");
    ASSERT_TRUE(answer) << answer.error().describe();
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_GE(renewals_->count, 3);
}

TEST_F(IssuedByOpenBao, IsRefusedForAnotherNameAndAnotherKey) {
  const auto name = client_with("vault-pki://pki/easypost?cn=evil.test");
  ASSERT_FALSE(name);
  EXPECT_THAT(name.error().describe(), AllOf(HasSubstr("evil.test not allowed"), HasSubstr("pki/roles/easypost")));
  const auto key = client_with("vault-pki://pki/easypost?cn=partner-1&key=ec");
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().describe(), AllOf(HasSubstr("keys of type rsa"), HasSubstr("Compare cn, ttl and key")));
  const auto role = client_with("vault-pki://pki/none?cn=partner-1");
  ASSERT_FALSE(role);
  EXPECT_THAT(role.error().describe(), HasSubstr("sign/none"));
}

}  // namespace
}  // namespace easypost_connect::interop
