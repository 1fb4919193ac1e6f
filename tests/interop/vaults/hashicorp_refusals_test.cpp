// SPDX-License-Identifier: Apache-2.0
// What the source for HashiCorp Vault says when OpenBao refuses, or is away.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hashicorp_fixture.hpp"

namespace easypost_connect::interop {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using HashiCorpRefusals = HashiCorpFixture;

TEST_F(HashiCorpRefusals, NameTheReadThatFailed) {
  bao_.run("kv put -mount=secret easypost/acc -", kSecret);
  bao_.run("kv delete -mount=secret -versions=1 easypost/acc");
  bao_.run("kv put -mount=secret easypost/destroyed -", kSecret);
  bao_.run("kv destroy -mount=secret -versions=1 easypost/destroyed");
  const struct {
    const char* uri;
    const char* problem;
    const char* remedy;
  } kCases[] = {{"vault://secret/easypost/none", "there is no such secret", "Check mount, path, version and namespace"},
                {"vault://secret/easypost/acc?version=9", "no such version", "version"},
                {"vault://secret/easypost/acc?version=1", "that version was deleted", "vault kv undelete"},
                {"vault://secret/easypost/destroyed", "that version was destroyed", "Write a new version"},
                {"vault://nomount/acc", "no handler for route", "mount"},
                {"vault://secret/easypost/acc?kv=1", "Invalid path for a versioned K/V secrets engine", "mount"},
                {"vault://secret/easypost/acc?namespace=none", "namespace not found", "namespace"}};
  for (const auto& one : kCases) {
    const auto found = look(one.uri);
    EXPECT_THAT(words_of(found), AllOf(HasSubstr(std::string("read of ") + one.uri), HasSubstr(one.problem),
                                       HasSubstr(one.remedy), HasSubstr("status 404")));
    EXPECT_FALSE(found.credentials.error().retryable) << one.uri;
  }
}

TEST_F(HashiCorpRefusals, NameTheLoginThatFailed) {
  auto login = app_role("secret_id_num_uses=1");
  options_.hashicorp.login = login;
  EXPECT_TRUE(look("vault://secret/easypost/acc").credentials);
  EXPECT_THAT(words_of(look("vault://secret/easypost/acc")),
              AllOf(HasSubstr("login by AppRole"), HasSubstr("invalid role or secret ID"), HasSubstr("spent"),
                    Not(HasSubstr(std::string(login.secret_id.expose())))));
  options_.hashicorp.login = vaults::VaultToken{Secret("canary-secret-wrong")};
  EXPECT_THAT(words_of(look("vault://secret/easypost/acc")),
              AllOf(HasSubstr("login by token"), HasSubstr("permission denied"), Not(HasSubstr("canary"))));
}

TEST_F(HashiCorpRefusals, NameThePolicyThatForbids) {
  bao_.run("kv put -mount=secret other/acc -", kSecret);
  options_.hashicorp.login = app_role("");
  EXPECT_THAT(words_of(look("vault://secret/other/acc?kv=2")),
              AllOf(HasSubstr("permission denied"), HasSubstr("read secret/data/other/acc")));
}

TEST_F(HashiCorpRefusals, SayThatItIsSealedAndWaitForIt) {
  const std::string key = bao_.unseal_key();
  bao_.run("operator seal");
  EXPECT_THAT(words_of(look("vault://secret/easypost/acc")), AllOf(HasSubstr("sealed"), HasSubstr("unseal")));
  EXPECT_TRUE(look("vault://secret/easypost/acc").credentials.error().retryable);
  std::thread operator_thread([&] {
    std::this_thread::sleep_for(700ms);
    bao_.run("operator unseal " + key);
  });
  options_.start_timeout = 20s;
  const auto found = look("vault://secret/easypost/acc");
  operator_thread.join();
  EXPECT_TRUE(found.credentials) << words_of(found);
}

TEST_F(HashiCorpRefusals, WaitAsLongAsTheQuotaWants) {
  bao_.run("write sys/quotas/rate-limit/ep path=secret/ rate=1 interval=60s block_interval=30s");
  for (const bool says_how_long : {false, true}) {
    bao_.run(std::string("write sys/quotas/config enable_rate_limit_response_headers=") +
             (says_how_long ? "true" : "false"));
    SourcedCredentials found = look("vault://secret/easypost/acc?kv=2");
    if (found.credentials) found = look("vault://secret/easypost/acc?kv=2");
    ASSERT_FALSE(found.credentials);
    const Error& error = found.credentials.error();
    EXPECT_THAT(error.describe(),
                AllOf(HasSubstr("rate limit quota exceeded (status 429)"), HasSubstr("raise the quota")));
    EXPECT_TRUE(error.retryable);
    EXPECT_EQ(error.retry_after.has_value(), says_how_long);
  }
}

TEST_F(HashiCorpRefusals, SayThatTheWrappingTokenWasUsed) {
  auto login = app_role("");
  login.secret_id = Secret(bao_.run("write -f -wrap-ttl=60s -field=wrapping_token auth/approle/role/ep/secret-id"));
  login.secret_id_is_wrapped = true;
  options_.hashicorp.login = login;
  EXPECT_TRUE(look("vault://secret/easypost/acc").credentials);
  EXPECT_THAT(words_of(look("vault://secret/easypost/acc")), HasSubstr("unwrapping of the secret id"));
}

TEST_F(HashiCorpRefusals, NameTheAddressOfAVaultThatIsAway) {
  bao_.kill();
  const auto found = look("vault://secret/easypost/acc");
  EXPECT_THAT(words_of(found), HasSubstr("HashiCorp Vault at " + bao_.url()));
  EXPECT_TRUE(found.credentials.error().retryable);
}

}  // namespace
}  // namespace easypost_connect::interop
