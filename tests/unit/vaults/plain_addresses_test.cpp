// SPDX-License-Identifier: Apache-2.0
// Readers go by plain http to this machine, and to the addresses that clouds give their metadata services. To no other.
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws_environment.hpp"
#include "result_matchers.hpp"
#include "vault_world.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using testing::ElementsAre;

/// An AddressSetting leads a reader to a service: a variable, and what it holds before and behind the host.
struct AddressSetting {
  const char* name;
  const char* scheme;
  const char* variable;
  const char* before;
  const char* behind;
  std::vector<std::string> metadata_hosts;  ///< those that this service has besides this machine
};

void PrintTo(const AddressSetting& setting, std::ostream* out) { *out << setting.name; }

class PlainAddresses : public testing::TestWithParam<AddressSetting> {
 protected:
  PlainAddresses() {
    for (const char* const name :
         {"BAO_ADDR", "VAULT_ADDR", "AZURE_AUTHORITY_HOST", "IDENTITY_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST",
          "GCE_METADATA_HOST", "GOOGLE_APPLICATION_CREDENTIALS"})
      environment_.set(name, "");
    environment_.set("IDENTITY_HEADER", "canary-secret-header");
  }

  Result<std::unique_ptr<SecretReader>> reader_at(const std::string& host) {
    environment_.set(GetParam().variable, GetParam().before + host + GetParam().behind);
    const std::string scheme = GetParam().scheme;
    if (scheme == "vault") return make_hashicorp_reader({}, world_.world());
    if (scheme == "aws-sm") return make_aws_reader({}, world_.world());
    if (scheme == "gcp-sm") return make_google_reader({}, world_.world());
    vaults::AzureKeyVault azure;
    azure.tenant_id = azure.client_id = "id-1";
    azure.login = vaults::AzureManagedIdentityLogin{};
    return make_azure_reader(azure, world_.world());
  }
  /// Returns all hosts that a transport was allowed to speak plain http to.
  [[nodiscard]] std::vector<std::string> allowed() const {
    std::vector<std::string> hosts;
    for (const HttpsTransportOptions& made : world_.transports)
      hosts.insert(hosts.end(), made.plain_http_hosts.begin(), made.plain_http_hosts.end());
    return hosts;
  }

  AwsEnvironment environment_;
  FakeVaultWorld world_;
};

TEST_P(PlainAddresses, AreThoseOfThisMachineAndOfMetadataServices) {
  std::vector<std::string> hosts{"localhost:81", "127.0.0.1:81", "[::1]:81"};
  hosts.insert(hosts.end(), GetParam().metadata_hosts.begin(), GetParam().metadata_hosts.end());
  for (const std::string& host : hosts) {
    world_.transports.clear();
    EXPECT_THAT(reader_at(host), IsOk()) << host;
    EXPECT_THAT(allowed(), testing::Contains(host));
  }
}

TEST_P(PlainAddresses, OfOthersAreRefused) {
  for (const char* const host :
       {"vault.test", "10.0.0.1", "169.254.169.254.evil.test", "127.0.0.1.evil.test", "localhost.evil.test",
        "127.0.0.1@evil.test", "evil.test#127.0.0.1", "evil.test\\@127.0.0.1", "0.0.0.0", "2130706433", "[::2]",
        "[::ffff:10.0.0.1]", "metadata.google.internal.evil.test", "169.254.evil.test"}) {
    world_.transports.clear();
    const auto reader = reader_at(host);
    EXPECT_FALSE(reader) << host;
    EXPECT_THAT(allowed(), testing::Not(testing::Contains(testing::HasSubstr("evil")))) << host;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, PlainAddresses,
    testing::Values(
        AddressSetting{"Vault", "vault", "VAULT_ADDR", "http://", "", {}},
        AddressSetting{"SecretsManager", "aws-sm", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://", "", {}},
        AddressSetting{"Sts", "aws-sm", "AWS_ENDPOINT_URL_STS", "http://", "", {}},
        AddressSetting{"AwsContainer",
                       "aws-sm",
                       "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                       "http://",
                       "/role",
                       {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"}},
        AddressSetting{"AwsInstance",
                       "aws-sm",
                       "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                       "http://",
                       "",
                       {"169.254.169.254", "[fd00:ec2::254]"}},
        AddressSetting{"EntraId", "azure-kv", "AZURE_AUTHORITY_HOST", "http://", "", {}},
        AddressSetting{
            "AzureMachine", "azure-kv", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://", "", {"169.254.169.254"}},
        AddressSetting{"AzureApp", "azure-kv", "IDENTITY_ENDPOINT", "http://", "/msi/token", {"169.254.129.2:8081"}},
        AddressSetting{"GoogleMachine",
                       "gcp-sm",
                       "GCE_METADATA_HOST",
                       "",
                       "",
                       {"metadata.google.internal", "169.254.169.254", "[fd20:ce::254]"}}),
    [](const auto& each) { return std::string(each.param.name); });

/// No variable says here where a metadata service is.
TEST(PlainAddressesTest, OfMetadataServicesAreLiteral) {
  AwsEnvironment environment;
  for (const char* const name : {"IDENTITY_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "GCE_METADATA_HOST",
                                 "GOOGLE_APPLICATION_CREDENTIALS"})
    environment.set(name, "");
  FakeVaultWorld world;
  ASSERT_THAT(make_aws_reader({}, world.world()), IsOk());
  environment.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/role");
  ASSERT_THAT(make_aws_reader({}, world.world()), IsOk());
  vaults::AzureKeyVault azure;
  azure.login = vaults::AzureManagedIdentityLogin{};
  ASSERT_THAT(make_azure_reader(azure, world.world()), IsOk());
  ASSERT_THAT(make_google_reader({}, world.world()), IsOk());
  std::vector<std::string> hosts;
  for (const HttpsTransportOptions& made : world.transports) {
    EXPECT_TRUE(made.client_certificate.certificate.empty());
    hosts.insert(hosts.end(), made.plain_http_hosts.begin(), made.plain_http_hosts.end());
  }
  EXPECT_THAT(hosts, ElementsAre("169.254.169.254", "169.254.170.2", "169.254.169.254", "metadata.google.internal"));
}

}  // namespace
}  // namespace easypost_connect::internal
