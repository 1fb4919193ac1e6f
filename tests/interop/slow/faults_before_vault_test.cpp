// SPDX-License-Identifier: Apache-2.0
// Toxiproxy between the client and OpenBao, where its credentials are kept.
#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <easypost_connect/sandbox.hpp>
#include <easypost_connect/vaults.hpp>

#include "crew.hpp"
#include "reload_watch.hpp"
#include "toxiproxy.hpp"
#include "vaults/json_of.hpp"
#include "vaults/open_bao.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;

struct Case {
  std::string name;
  Toxic toxic;
  std::string words;  ///< the Error has these
};

const Case kCases[] = {
    {"reset", {"reset_peer", {{"timeout", 0}}}, "Try again"},
    {"black hole", {"timeout", {{"timeout", 0}}}, "in time"},
    {"closed in silence", {"timeout", {{"timeout", 100}}}, "Try again"},
    {"cut", {"limit_data", {{"bytes", 5}}}, "Try again"},
    {"refused", Toxiproxy::kDisabled, "Check host and port"},
    {"late", {"latency", {{"latency", 5000}}}, "in time"},
    {"slow", {"bandwidth", {{"rate", 0}}}, "in time"},
};

class FaultsBeforeTheVault : public testing::Test {
 protected:
  void store(const Credentials& credentials) const {
    bao_.run("kv put -mount=secret easypost/acc -", json_of(credentials));
  }
  [[nodiscard]] ClientOptions options() const {
    vaults::VaultOptions vault;
    vault.hashicorp.address = "https://localhost:" + std::to_string(way_.port());
    vault.hashicorp.login = vaults::VaultToken{Secret(bao_.root_token())};
    vault.hashicorp.server_ca = TlsMaterial::in_memory(Secret(bao_.authority().certificate()));
    vault.poll_interval = 1s;
    vault.request_timeout = 1s;
    ClientOptions options = sandbox_.client_options();
    options.credentials = {};
    options.credential_source = vaults::from_uri("vault://secret/easypost/acc?kv=2", vault).value();
    return options;
  }
  void expect_true_cause(const Case& one, const Error& error) const {
    SCOPED_TRACE(one.name + ": " + error.describe());
    EXPECT_EQ(error.factor, Factor::kCredentialSource);
    EXPECT_TRUE(error.retryable);
    EXPECT_NE(error.describe().find(one.words), std::string::npos);
    EXPECT_NE(error.message.find("HashiCorp Vault at https://localhost:" + std::to_string(way_.port())),
              std::string::npos);
  }

  Sandbox sandbox_ = Sandbox::start().value();
  OpenBao bao_;
  Toxiproxy way_{bao_.tls_port()};
};

TEST_F(FaultsBeforeTheVault, AreNamedByCreate) {
  store(sandbox_.client_options().credentials);
  for (const Case& one : kCases) {
    way_.add(one.toxic);
    const auto client = ConnectClient::create(options());
    way_.heal();
    ASSERT_FALSE(client) << one.name;
    expect_true_cause(one, client.error());
  }
  EXPECT_TRUE(ConnectClient::create(options()));
}

TEST_F(FaultsBeforeTheVault, StopNoCallAndAreNamedToTheObserver) {
  store(sandbox_.client_options().credentials);
  ClientOptions options = this->options();
  const auto reloads = std::make_shared<ReloadWatch>();
  options.observer = reloads;
  auto client = ConnectClient::create(options).value();
  Crew crew(client, [](ConnectClient& one, int /*number*/) { return one.get("/jobs"); });
  std::size_t rounds = 0;
  for (const Case& one : kCases) {
    way_.add(one.toxic);
    ++rounds;
    ASSERT_TRUE(reloads->wait_for_failures(rounds)) << one.name;
    way_.heal();
    expect_true_cause(one, reloads->failures().back());
    store(sandbox_.rotate_credentials());
    ASSERT_TRUE(reloads->wait_for_successes(rounds)) << one.name;
  }
  crew.dismiss();
  EXPECT_EQ(crew.failures(), 0U) << crew.first_failure();
}

}  // namespace
}  // namespace easypost_connect::interop
