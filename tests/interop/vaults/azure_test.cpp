// SPDX-License-Identifier: Apache-2.0
// The source for Azure Key Vault against a stand-in that is strict, and that Microsoft's own client has to agree with.
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "azure_stand_in.hpp"

namespace easypost_connect::interop {
namespace {

using testing::HasSubstr;

using Variables = std::vector<std::pair<const char*, std::string>>;

class AzureKeyVaultInterop : public testing::Test {
 protected:
  AzureKeyVaultInterop() { clear(); }
  ~AzureKeyVaultInterop() override { clear(); }

  /// Sets these variables, and unsets all others that have to do with Azure. Both clients log in by them.
  void set(const Variables& variables) {
    clear();
    ::setenv("HTTPS_PROXY", azure_.url().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): no other thread is there
    for (const auto& [name, value] : variables) ::setenv(name, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  [[nodiscard]] Variables app(Variables more, const char* tenant = AzureStandIn::kTenant,
                              const char* client = AzureStandIn::kClient) const {
    more.emplace_back("AZURE_TENANT_ID", tenant);
    more.emplace_back("AZURE_CLIENT_ID", client);
    return more;
  }
  [[nodiscard]] Variables app_with_secret() const {
    return app({{"AZURE_CLIENT_SECRET", AzureStandIn::kClientSecret}});
  }

  [[nodiscard]] CredentialSource source(const std::string& reference) const {
    vaults::VaultOptions options;
    options.azure.server_ca = TlsMaterial::file(azure_.authority_file());
    vaults::CredentialReferences references;
    references.api_key = reference;
    auto made = vaults::from_references(references, options);
    if (made) return *std::move(made);
    return [error = made.error()]() -> SourcedCredentials { return error; };
  }
  /// Returns the secret, or what is wrong.
  [[nodiscard]] std::string look(const std::string& reference = "azure-kv://my-vault/ep") const {
    return words_of(source(reference)());
  }
  static std::string words_of(const SourcedCredentials& found) {
    return found.credentials ? std::string(found.credentials->api_key.expose()) : found.credentials.error().describe();
  }

  AzureStandIn azure_;

 private:
  static void clear() {
    for (const char* const name :
         {"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH",
          "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
          "AZURE_POD_IDENTITY_AUTHORITY_HOST", "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "HTTPS_PROXY", "https_proxy",
          "NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy"})
      ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
  }
};

TEST_F(AzureKeyVaultInterop, LogsInInEveryWayThatMicrosoftsClientDoes) {
  const std::string version = azure_.set_secret("ep", "canary-secret-1");
  const Variables logins[] = {app_with_secret(),
                              app({{"AZURE_CLIENT_CERTIFICATE_PATH", azure_.app_file()}}),
                              app({{"AZURE_FEDERATED_TOKEN_FILE", azure_.workload_token_file()}}),
                              {{"AZURE_POD_IDENTITY_AUTHORITY_HOST", azure_.url()}},
                              {{"AZURE_CLIENT_ID", AzureStandIn::kClient},
                               {"IDENTITY_ENDPOINT", azure_.url() + "/msi/token"},
                               {"IDENTITY_HEADER", AzureStandIn::kIdentityHeader}}};
  for (const Variables& login : logins) {
    set(login);
    EXPECT_TRUE(look() == "canary-secret-1") << login.front().first;
    EXPECT_TRUE(azure_.official("ep") == version + " canary-secret-1") << login.front().first;
  }
}

TEST_F(AzureKeyVaultInterop, SignsAssertionsInTheFormOfMicrosoftsLibraryMsal) {
  const std::string version = azure_.set_secret("ep", "canary-secret-1");
  set(app({{"AZURE_CLIENT_CERTIFICATE_PATH", azure_.app_file()}}));
  EXPECT_TRUE(azure_.official("ep", "msal") == version + " canary-secret-1");
  EXPECT_TRUE(look() == "canary-secret-1");
}

TEST_F(AzureKeyVaultInterop, IsRefusedForTheReasonsThatMicrosoftsClientIs) {
  const sandbox::IssuedCertificate stranger = sandbox::issue_self_signed();
  const PrivateFolder folder;
  const std::string file = folder.write("stranger.pem", stranger.private_key + stranger.certificate);
  const Variables right = {{"AZURE_CLIENT_SECRET", AzureStandIn::kClientSecret}};
  const struct {
    Variables login;
    const char* code;
    const char* remedy;
  } cases[] = {
      {app({{"AZURE_CLIENT_SECRET", "canary-secret-wrong"}}), "AADSTS7000215", "not its id"},
      {app({{"AZURE_CLIENT_SECRET", AzureStandIn::kExpiredSecret}}), "AADSTS7000222", "has expired"},
      {app(right, AzureStandIn::kTenant, "22222222-7777-8888-9999-000000000000"), "AADSTS700016", "AZURE_CLIENT_ID"},
      {app({{"AZURE_CLIENT_CERTIFICATE_PATH", file}}), "AADSTS700027", "Register this certificate"},
  };
  for (const auto& one : cases) {
    set(one.login);
    EXPECT_THAT(look(), testing::AllOf(HasSubstr(one.code), HasSubstr(one.remedy)));
    EXPECT_THAT(azure_.official("ep"), HasSubstr(one.code));
  }
}

TEST_F(AzureKeyVaultInterop, SaysThatThereIsNoSuchTenant) {  // Microsoft's client asks the vault for its tenant instead
  set(app({{"AZURE_CLIENT_SECRET", AzureStandIn::kClientSecret}}, "22222222-2222-3333-4444-555555555555"));
  EXPECT_THAT(look(), testing::AllOf(HasSubstr("AADSTS90002"), HasSubstr("AZURE_TENANT_ID")));
}

TEST_F(AzureKeyVaultInterop, SaysWhyASecretIsNotGiven) {
  set(app_with_secret());
  EXPECT_THAT(look("azure-kv://my-vault/nothing"), HasSubstr("SecretNotFound"));
  EXPECT_THAT(azure_.official("nothing"), HasSubstr("SecretNotFound"));
  azure_.set_secret("ep", "canary-secret-1");
  for (const char* const reason : {"ForbiddenByRbac", "ForbiddenByPolicy", "ForbiddenByFirewall", "SecretDisabled"}) {
    azure_.refuse("ep", reason);
    EXPECT_THAT(look(), HasSubstr(reason));
    EXPECT_THAT(azure_.official("ep"), HasSubstr(reason));
  }
}

TEST_F(AzureKeyVaultInterop, ReadsAnyVersionAndSeesANewOne) {
  const std::string first = azure_.set_secret("ep", "canary-secret-1");
  set(app_with_secret());
  const CredentialSource latest = source("https://my-vault.vault.azure.net/secrets/ep");
  EXPECT_TRUE(words_of(latest()) == "canary-secret-1");
  azure_.set_secret("ep", "canary-secret-2");
  EXPECT_TRUE(words_of(latest()) == "canary-secret-2");
  EXPECT_TRUE(look("azure-kv://my-vault/ep/" + first) == "canary-secret-1");
}

TEST_F(AzureKeyVaultInterop, GetsAnotherTokenWhenTheOneItHasIsRefused) {
  azure_.set_secret("ep", "canary-secret-1");
  set(app_with_secret());
  const CredentialSource kept = source("azure-kv://my-vault/ep");
  EXPECT_TRUE(words_of(kept()) == "canary-secret-1");
  azure_.kill();
  azure_.start();
  const auto again = kept();
  EXPECT_TRUE(again.credentials) << words_of(again);
}

}  // namespace
}  // namespace easypost_connect::interop
