// SPDX-License-Identifier: Apache-2.0
#include "vaults/azure_address.hpp"

#include <string>

#include <gtest/gtest.h>

#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using test_support::BlamedOn;
using test_support::IsOk;
using test_support::Says;
using testing::AllOf;

constexpr const char* kPublic = "vault.azure.net";

TEST(AzureAddress, IsReadFromBothFormsOfAReference) {
  const struct {
    const char* reference;
    const char* suffix;
    const char* url;
  } cases[] = {
      {"azure-kv://v/ep", kPublic, "https://v.vault.azure.net/secrets/ep?api-version=7.4"},
      {"azure-kv://v/ep/0a1b", kPublic, "https://v.vault.azure.net/secrets/ep/0a1b?api-version=7.4"},
      {"azure-kv://v/secrets", kPublic, "https://v.vault.azure.net/secrets/secrets?api-version=7.4"},
      {"azure-kv://v/ep", "vault.azure.cn", "https://v.vault.azure.cn/secrets/ep?api-version=7.4"},
      {"https://v.vault.azure.net/secrets/ep", kPublic, "https://v.vault.azure.net/secrets/ep?api-version=7.4"},
      {"https://v.vault.azure.net/secrets/ep/", kPublic, "https://v.vault.azure.net/secrets/ep?api-version=7.4"},
      {"HTTPS://v.Vault.Azure.NET/secrets/ep/0a1b", kPublic,
       "https://v.vault.azure.net/secrets/ep/0a1b?api-version=7.4"},
      {"https://v.vault.azure.net:443/secrets/ep", kPublic, "https://v.vault.azure.net/secrets/ep?api-version=7.4"},
      {"https://v.vault.usgovcloudapi.net/secrets/ep", kPublic,
       "https://v.vault.usgovcloudapi.net/secrets/ep?api-version=7.4"},
      {"https://v.vault.stack.test/secrets/ep", "vault.stack.test",
       "https://v.vault.stack.test/secrets/ep?api-version=7.4"},
  };
  for (const auto& one : cases) {
    const auto address = azure_address(*parse_reference(one.reference), one.suffix);
    ASSERT_THAT(address, IsOk()) << one.reference;
    EXPECT_EQ(address->url(), one.url);
  }
}

TEST(AzureAddress, IsNeverThatOfAStranger) {
  for (const char* const reference :
       {"https://evil.test/secrets/ep", "https://vault.azure.net/secrets/ep",
        "https://v.vault.azure.net.evil.test/secrets/ep", "https://v.evil-vault.azure.net/secrets/ep",
        "https://v.w.vault.azure.net/secrets/ep", "https://v.vault.azure.net:8443/secrets/ep",
        "azure-kv://evil.test/secrets/ep"}) {
    EXPECT_THAT(azure_address(*parse_reference(reference), kPublic),
                AllOf(Says("not that of a vault"), Says("VAULT.vault.azure.net"), BlamedOn(Factor::kCredentialSource)))
        << reference;
  }
}

TEST(AzureAddress, HasNoOtherForm) {
  for (const char* const reference :
       {"azure-kv://v", "azure-kv://v/", "azure-kv:///ep", "azure-kv://v/ep/0a1b/more", "azure-kv://v/e_p",
        "azure-kv://v/e%2Fp/1", "azure-kv://v%3F/ep", "https://v.vault.azure.net/secrets/"}) {
    EXPECT_THAT(azure_address(*parse_reference(reference), kPublic),
                AllOf(Says("azure-kv://vault/secret[/version]"), Says("letters, digits and '-'")))
        << reference;
  }
  EXPECT_THAT(azure_address(*parse_reference("https://v.vault.azure.net/certificates/x/secrets/y"), kPublic),
              Says("secret of its name"));
}

TEST(AzureAddress, KnowsWhoGivesTokensInEachCloud) {
  EXPECT_EQ(azure_authority("vault.azure.net"), "https://login.microsoftonline.com");
  EXPECT_EQ(azure_authority("vault.azure.cn"), "https://login.chinacloudapi.cn");
  EXPECT_EQ(azure_authority("vault.usgovcloudapi.net"), "https://login.microsoftonline.us");
  EXPECT_EQ(azure_authority("vault.stack.test"), "https://login.microsoftonline.com");
}

}  // namespace
}  // namespace easypost_connect::internal
