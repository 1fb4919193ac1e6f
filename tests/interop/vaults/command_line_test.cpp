// SPDX-License-Identifier: Apache-2.0
// What easypost-connect says of credentials in OpenBao.
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/sandbox.hpp>

#include "hashicorp_fixture.hpp"
#include "support/vault_world.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kUri = "vault://secret/easypost/acc";

struct Ran {
  int status;
  std::string printed;  // came on stdout and stderr
};

/// A fixture that runs the program with variables that name the OpenBao, whose secret holds the sandbox's credentials.
class VaultCommandLine : public HashiCorpFixture {
 protected:
  VaultCommandLine() {
    store(sandbox_.client_options().credentials);
    for (const auto& [name, value] : sandbox_.environment()) set(name.c_str(), nullptr);
    for (const auto& [name, value] : sandbox_.environment()) {
      for (const char* needed : {"EASYPOST_CONNECT_API_URL", "EASYPOST_CONNECT_TOKEN_URL", "EASYPOST_CONNECT_CA_FILE"})
        if (name == needed) set(needed, value.c_str());
    }
    set("BAO_ADDR", bao_.url().c_str());
    set("BAO_TOKEN", bao_.root_token().c_str());
    set("EASYPOST_CONNECT_CREDENTIALS", kUri);
    set("LC_ALL", "C");
  }

  ~VaultCommandLine() override {
    while (!variables_.empty()) variables_.pop_back();  // a variable that was set twice is put back in this order only
  }

  void set(const char* name, const char* value) { variables_.emplace_back(name, value); }

  static Ran run(const std::string& arguments) {
    const std::string command = EASYPOST_CONNECT_PROGRAM " " + arguments + " 2>&1";
    std::FILE* pipe = ::popen(command.c_str(), "re");  // NOLINT(cert-env33-c): a test, and its own words
    if (pipe == nullptr) throw std::runtime_error("no shell");
    Ran ran{};
    char buffer[4096];
    while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) ran.printed.append(buffer, size);
    const int status = ::pclose(pipe);
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }

  /// No output may hold a secret, that of the vault's login included.
  void expect_no_secret(const std::string& printed) const {
    const Credentials credentials = sandbox_.client_options().credentials;
    for (const Secret& secret : {credentials.api_key, credentials.oauth_client.secret, Secret(bao_.root_token())})
      EXPECT_THAT(printed, Not(HasSubstr(std::string(secret.expose()))));
    EXPECT_THAT(printed, AllOf(Not(HasSubstr("PRIVATE KEY")), Not(HasSubstr("canary-secret"))));
  }

  Sandbox sandbox_ = Sandbox::start().value();
  std::list<test_support::ScopedVariable> variables_;
};

TEST_F(VaultCommandLine, ShowsWhereEachCredentialIs) {
  Ran shown = run("credentials show");
  EXPECT_EQ(shown.status, 0);
  for (const char* field : {"client_cert", "client_key", "api_key", "client_id", "client_secret"}) {
    EXPECT_THAT(shown.printed, ContainsRegex(std::string(field) + "\n  from +" + kUri + "#" + field));
  }
  EXPECT_THAT(shown.printed,
              AllOf(ContainsRegex("version +2\n"), HasSubstr("CN=sandbox-client"), HasSubstr("days left"),
                    HasSubstr("to the certificate"), ContainsRegex("value +set\n"),
                    HasSubstr("HashiCorp Vault at " + bao_.url() + ", login by token"),
                    ContainsRegex("next look +20.*Z, in [23][0-9][0-9] s")));
  expect_no_secret(shown.printed);

  shown = run("credentials show --json");
  EXPECT_EQ(shown.status, 0);
  EXPECT_THAT(shown.printed,
              AllOf(HasSubstr("\"version\": \"2\""), HasSubstr("\"fits\": true"), HasSubstr("\"look_again_after_s\"")));
  expect_no_secret(shown.printed);
}

TEST_F(VaultCommandLine, ShowsVariablesBesideTheVault) {
  set("EASYPOST_CONNECT_CREDENTIALS", nullptr);
  set("EASYPOST_CONNECT_CLIENT_ID", "me");
  set("EASYPOST_CONNECT_API_KEY", "vault://secret/easypost/acc?version=1#api_key");
  const Ran shown = run("credentials show");
  EXPECT_EQ(shown.status, 0);
  EXPECT_THAT(shown.printed,
              AllOf(ContainsRegex("api_key\n  from +vault://secret/easypost/acc.version=1#api_key\n  version +1\n"),
                    ContainsRegex("client_id\n  from +EASYPOST_CONNECT_CLIENT_ID\n  value +set")));
  expect_no_secret(shown.printed);
}

/// A Watch is `credentials watch` while it runs.
class Watch {
 public:
  explicit Watch(const std::string& arguments)
      : process_({"sh", "-c", "exec " EASYPOST_CONNECT_PROGRAM " credentials watch --interval 1 " + arguments},
                 folder_.path("log")) {}

  [[nodiscard]] std::string log() const { return read_file(folder_.path("log")); }
  [[nodiscard]] std::size_t count(const std::string& word) const {
    const std::string text = log();
    std::size_t number = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++number;
    return number;
  }
  /// Tells whether that many lines with `word` have come.
  [[nodiscard]] bool tells(const std::string& word, std::size_t times) const {
    const auto patience = std::chrono::steady_clock::now() + 60s;
    while (count(word) < times && std::chrono::steady_clock::now() < patience) std::this_thread::sleep_for(20ms);
    return count(word) == times;
  }
  [[nodiscard]] std::optional<int> end(int signal) {
    process_.end(signal);
    return process_.exit_status();
  }

 private:
  PrivateFolder folder_;
  ChildProcess process_;
};

TEST_F(VaultCommandLine, WatchesRotationsAcrossAnEndOfTheVault) {
  Watch watch("");
  ASSERT_TRUE(watch.tells("  watching  client_cert (version 2), ", 1)) << watch.log();
  store(sandbox_.rotate_credentials());
  ASSERT_TRUE(watch.tells("  rotated   ", 1)) << watch.log();
  EXPECT_THAT(watch.log(), HasSubstr("api_key (version 2 to 3)"));
  bao_.kill();
  ASSERT_TRUE(watch.tells("  away      ", 1)) << watch.log();
  const auto next = sandbox_.rotate_credentials();
  bao_.start();
  store(next);
  ASSERT_TRUE(watch.tells("  back", 1)) << watch.log();
  ASSERT_TRUE(watch.tells("  rotated   ", 2)) << watch.log();
  EXPECT_THAT(watch.log(), HasSubstr("api_key (version 3 to 1)"));
  EXPECT_EQ(watch.end(SIGINT), 0);
  expect_no_secret(watch.log());
}

TEST_F(VaultCommandLine, WatchesInJson) {
  Watch watch("--json");
  ASSERT_TRUE(watch.tells("\"event\":\"watching\"", 1)) << watch.log();
  store(sandbox_.rotate_credentials());
  ASSERT_TRUE(watch.tells("\"event\":\"rotated\"", 1)) << watch.log();
  EXPECT_THAT(watch.log(), HasSubstr(R"({"name":"api_key","old_version":"2","version":"3"})"));
  EXPECT_EQ(watch.end(SIGTERM), 0);
  expect_no_secret(watch.log());
}

TEST_F(VaultCommandLine, WatchNeedsAFirstLook) {
  const Ran ran = run("credentials watch --credentials vault://secret/none");
  EXPECT_EQ(ran.status, 18);
  EXPECT_THAT(ran.printed, HasSubstr("there is no such secret"));
}

TEST_F(VaultCommandLine, TicksTheStepsOfTheVault) {
  const Ran doctor = run("doctor");
  EXPECT_EQ(doctor.status, 0) << doctor.printed;
  EXPECT_THAT(doctor.printed, AllOf(ContainsRegex("  \\+ vault reach +HashiCorp Vault at " + bao_.url()),
                                    ContainsRegex("  \\+ vault login +by token"),
                                    ContainsRegex("  \\+ vault read +" + std::string(kUri) + " version 2"),
                                    ContainsRegex("  \\+ vault decode +client_cert, client_key, api_key"),
                                    ContainsRegex("  \\+ call +"), HasSubstr("All three layers work.")));
  const Ran inspected = run("inspect");
  EXPECT_EQ(inspected.status, 0) << inspected.printed;
  EXPECT_THAT(inspected.printed, AllOf(ContainsRegex("  \\+ vault decode"), HasSubstr("CN=sandbox-client")));
  expect_no_secret(doctor.printed + inspected.printed);
}

/// A Fault is a look that fails, and what doctor and inspect say of it.
struct Fault {
  const char* name;
  const char* uri;
  std::string token;
  const char* step;
  const char* gist;
};

TEST_F(VaultCommandLine, CrossesTheStepThatFailed) {
  bao_.run("kv put -mount=secret easypost/half -", R"({"client_cert":"C"})");
  bao_.run("kv put -mount=secret other/acc -", kSecret);
  const std::string root = bao_.root_token();
  const Fault faults[] = {
      {"wrong token", kUri, "canary-secret-wrong", "vault login", "login by token: permission denied (status 403)"},
      {"missing", "vault://secret/easypost/none", root, "vault read", "there is no such secret"},
      {"forbidden", "vault://secret/other/acc?kv=2", bao_.run("token create -policy=easypost -field=token"),
       "vault read", "permission denied"},
      {"incomplete", "vault://secret/easypost/half", root, "vault decode", "members are missing or empty: api_key"},
  };
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.name);
    set("EASYPOST_CONNECT_CREDENTIALS", fault.uri);
    set("BAO_TOKEN", fault.token.c_str());
    for (const char* command : {"doctor", "inspect"}) {
      const Ran ran = run(command);
      EXPECT_EQ(ran.status, 18);
      EXPECT_THAT(ran.printed, AllOf(ContainsRegex(std::string("  x ") + fault.step), HasSubstr(fault.gist),
                                     ContainsRegex("\n +do:? ")));
      EXPECT_THAT(ran.printed, Not(ContainsRegex("\\+ credentials")));
      expect_no_secret(ran.printed);
    }
  }
}

TEST_F(VaultCommandLine, CrossesTheStepThatASealedOrAbsentVaultRefuses) {
  bao_.run("operator seal");
  Ran doctor = run("doctor");
  EXPECT_EQ(doctor.status, 18);
  EXPECT_THAT(doctor.printed, AllOf(ContainsRegex("  \\+ vault reach"), ContainsRegex("  x vault login"),
                                    HasSubstr("sealed"), HasSubstr("Unseal the vault")));
  bao_.kill();
  doctor = run("doctor --json");
  EXPECT_EQ(doctor.status, 18);
  EXPECT_THAT(doctor.printed, ContainsRegex("\"vault_reach\",\n +\"outcome\": \"failed\""));
  EXPECT_THAT(doctor.printed, ContainsRegex("\"call\",\n +\"outcome\": \"not_run\""));
}

}  // namespace
}  // namespace easypost_connect::interop
