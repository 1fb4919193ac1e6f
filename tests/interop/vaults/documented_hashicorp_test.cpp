// SPDX-License-Identifier: Apache-2.0
// The commands of docs/vault-hashicorp.md against OpenBao: what they store is read by each of the logins that they
// make.
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "documented_page.hpp"
#include "kubernetes_cluster.hpp"
#include "open_bao.hpp"
#include "portal.hpp"

namespace easypost_connect::interop {
namespace {

using testing::HasSubstr;

constexpr const char* kAddress = "vault://secret/easypost/acc";

class DocumentedHashiCorp : public testing::Test {
 protected:
  DocumentedHashiCorp() {
    page_.add_program("vault", OpenBao::kProgram);
    page_.add_program("easypost-connect", EASYPOST_CONNECT_PROGRAM);
    page_.set("VAULT_ADDR", bao_.tls_url());
    page_.set("VAULT_CACERT", page_.folder().write("ca.pem", bao_.authority().certificate()));
    page_.set("VAULT_TOKEN", bao_.root_token());
    page_.read_as("https://vault.example:8200", bao_.tls_url());
    options_.hashicorp.address = bao_.tls_url();
    options_.hashicorp.server_ca = TlsMaterial::in_memory(Secret(bao_.authority().certificate()));
    bao_.run("kv put -mount=secret easypost/other api_key=canary-secret-of-others");
  }

  void store() {
    page_.run("store the key");
    portal_.certify(page_.folder());
    page_.run("store the rest", portal_.typed());
    page_.run("allow");
  }

  /// The login of options_ reads the secret of the page, which makes a call, and may read no other one.
  void expect_that_it_reads_this_secret_alone() {
    EXPECT_EQ(portal_.call(vaults::from_uri(kAddress, options_)), "200");
    EXPECT_THAT(portal_.call(vaults::from_uri("vault://secret/easypost/other", options_)),
                HasSubstr("permission denied (status 403)"));
  }

  void expect_that_the_program_makes_a_call_with(const std::string& token) {
    for (const auto& [variable, value] : portal_.environment()) page_.set(variable, value);
    const std::string call =
        "VAULT_TOKEN=" + token + " easypost-connect call /jobs --credentials \"$EASYPOST_CONNECT_CREDENTIALS\"";
    EXPECT_THAT(page_.run("use", {}, call), HasSubstr("\"jobName\""));
  }

  void expect_that_the_proxy_logs_in() {
    page_.execute(
        "vault write -f -wrap-ttl=10m -field=wrapping_token auth/approle/role/easypost/secret-id >wrapped-secret-id");
    const int port = free_ports(1).front();
    page_.read_as("127.0.0.1:8100", "127.0.0.1:" + std::to_string(port));
    page_.read_as("/etc/easypost/vault-ca.pem", page_.folder().path("ca.pem"));
    for (const char* const file : {"role-id", "wrapped-secret-id"})
      page_.read_as(std::string("/etc/easypost/") + file, page_.folder().path(file));
    const std::string log = page_.folder().path("proxy.log");
    const std::string settings = page_.folder().write("proxy.hcl", page_.block("proxy"));
    ChildProcess proxy({OpenBao::kProgram, "proxy", "-config=" + settings}, log);
    wait_until_it_listens(proxy, port, log);
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (read_file(log).find("authentication successful") == std::string::npos &&
           std::chrono::steady_clock::now() < patience)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    options_.hashicorp.address = "http://127.0.0.1:" + std::to_string(port);
    options_.hashicorp.server_ca = {};
    options_.hashicorp.login = vaults::VaultToken{Secret("of-the-proxy")};
    expect_that_it_reads_this_secret_alone();
  }

  OpenBao bao_;
  Portal portal_;
  DocumentedPage page_{"vault-hashicorp.md"};
  vaults::VaultOptions options_;
};

TEST_F(DocumentedHashiCorp, StoresWhatEachOfItsLoginsReadsAndNothingElse) {
  store();
  EXPECT_EQ(files_with_a_key(page_.folder()), std::vector<std::string>{});

  const std::string token = page_.run("make a token", {}, "printf %s \"$VAULT_TOKEN\"");
  options_.hashicorp.login = vaults::VaultToken{Secret(token)};
  expect_that_it_reads_this_secret_alone();
  expect_that_the_program_makes_a_call_with(token);

  page_.run("make an AppRole");
  vaults::AppRoleLogin app_role;
  app_role.role_id = read_file(page_.folder().path("role-id"));
  app_role.secret_id = Secret(read_file(page_.folder().path("wrapped-secret-id")));
  app_role.secret_id_is_wrapped = true;
  options_.hashicorp.login = app_role;
  EXPECT_EQ(portal_.call(vaults::from_uri(kAddress, options_)), "200");

  KubernetesCluster cluster;
  page_.set("KUBERNETES_URL", cluster.url());
  page_.folder().write("kubernetes-ca.pem", cluster.authority());
  page_.folder().write("reviewer.jwt", KubernetesCluster::kReviewer);
  page_.run("trust Kubernetes");
  options_.hashicorp.login = vaults::JwtLogin{"easypost", cluster.token_file("prod", "easypost"), "kubernetes"};
  expect_that_it_reads_this_secret_alone();

  expect_that_the_proxy_logs_in();
  page_.block("allow to issue");  // IssuedByOpenBao runs these
  page_.block("use what is issued");
  EXPECT_EQ(page_.unused(), std::set<std::string>{});
}

}  // namespace
}  // namespace easypost_connect::interop
