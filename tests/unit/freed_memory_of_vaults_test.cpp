// SPDX-License-Identifier: Apache-2.0
// The sources of credentials leave no secret in freed memory. The transport is in memory, as in freed_memory_test.cpp.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/transport.hpp>
#include <easypost_connect/vaults.hpp>

#include "aws_environment.hpp"
#include "core/secrets.hpp"
#include "freed_memory.hpp"
#include "result_matchers.hpp"
#include "vaults/secret_json.hpp"
#include "vaults/wiped_form.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;

/// Returns `text` with the token in place of each '$' and the API key in place of each '@', in one buffer.
std::string with_canaries(std::string_view text) {
  std::string body;
  body.reserve(text.size() + 20 * FreedMemory::size(FreedMemory::kToken));
  for (const char c : text) {
    const bool is_token = c == '$';
    if (!is_token && c != '@') {
      body += c;
      continue;
    }
    const auto canary = is_token ? FreedMemory::kToken : FreedMemory::kApiKey;
    const std::size_t at = body.size();
    body.resize(at + FreedMemory::size(canary));
    FreedMemory::write(canary, body.data() + at);
  }
  return body;
}

/// Answers every login with a token, and every reading with an API key; or refuses and quotes both.
class MemoryVault final : public Transport {
 public:
  Result<Response> send(const Request& /*request*/, const CallContext& context) override {
    ++requests;
    const bool is_read = context.url.find(reads_at) != std::string::npos;
    Headers headers{{"metadata-flavor", "Google"}};
    if (is_read && refuses)
      return Response{403, std::move(headers), with_canaries(R"({"errors":["$ @"],"error":{"message":"$ @"}})")};
    return Response{200, std::move(headers), with_canaries(is_read ? secret : login)};
  }

  std::string reads_at;
  bool refuses = false;
  int requests = 0;
  std::string_view secret =
      R"({"data":{"client_cert":"C","client_key":"K","api_key":"@","client_id":"I","client_secret":"@@@"},)"
      R"("SecretString":"{\"client_cert\":\"C\",\"client_key\":\"K\",\"api_key\":\"@\",)"
      R"(\"client_id\":\"I\",\"client_secret\":\"@\"}","value":"{\"client_cert\":\"C\",\"client_key\":\"K\",)"
      R"(\"api_key\":\"@\",\"client_id\":\"I\",\"client_secret\":\"@\"}","payload":{"data":"e30="}})";
  std::string_view login =
      R"({"auth":{"client_token":"$","lease_duration":60},"data":{"ttl":0},"access_token":"$","expires_in":3600,)"
      R"("AccessKeyId":"AKIA1","SecretAccessKey":"$","Token":"$"})";
};

struct Login {
  const char* name;
  const char* reference;
  const char* reads_at;
  bool succeeds;  ///< false: this vault speaks no XML, and its payload for Google holds nothing
  std::function<void(vaults::VaultOptions& options, AwsEnvironment& environment, const std::string& token_file)> set_up;
};

void PrintTo(const Login& login, std::ostream* out) { *out << login.name; }

class FreedMemoryOfSources : public testing::TestWithParam<Login> {
 protected:
  FreedMemoryOfSources() {
    std::array<char, 64> token{};
    FreedMemory::write(FreedMemory::kClientSecret, token.data());
    // A stream would free a buffer with the token in it.
    const int file = ::open(token_file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    EXPECT_GT(::write(file, token.data(), FreedMemory::size(FreedMemory::kClientSecret)), 0);
    ::close(file);
    for (const char* const name : {"IDENTITY_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "AZURE_AUTHORITY_HOST",
                                   "GOOGLE_APPLICATION_CREDENTIALS", "GCE_METADATA_HOST"})
      environment_.set(name, "");
  }

  void look_twice(bool refuses) {
    const auto before = found();
    const auto vault = std::make_shared<MemoryVault>();
    vault->reads_at = GetParam().reads_at;
    vault->refuses = refuses;
    {
      vaults::VaultOptions options;
      options.transport = vault;
      options.hashicorp.address = "https://vault.test";
      options.aws.region = "eu-west-1";
      options.azure.tenant_id = options.azure.client_id = "id-1";
      GetParam().set_up(options, environment_, token_file_);
      const auto source = vaults::from_uri(GetParam().reference, options).value();
      for (int i = 0; i < 2; ++i) EXPECT_EQ(source().credentials.has_value(), GetParam().succeeds && !refuses);
    }
    EXPECT_GE(vault->requests, 2);
    EXPECT_EQ(found(), before);
  }

  /// Returns how often each canary was found.
  static std::array<int, FreedMemory::kCount> found() {
    std::array<int, FreedMemory::kCount> counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = FreedMemory::found(static_cast<FreedMemory::Canary>(i));
    return counts;
  }

  AwsEnvironment environment_;
  const std::string token_file_ = environment_.home().path() + "/token";
};

TEST_P(FreedMemoryOfSources, HoldsNoSecretAfterReadings) { look_twice(false); }
TEST_P(FreedMemoryOfSources, HoldsNoSecretAfterRefusals) { look_twice(true); }

Secret secret() { return FreedMemory::secret(FreedMemory::kClientSecret); }

const Login kLogins[] = {
    {"HashiCorpToken", "vault://kv/ep?kv=1", "/v1/kv/", true,
     [](auto& options, auto&, auto&) { options.hashicorp.login = vaults::VaultToken{secret()}; }},
    {"HashiCorpAppRole", "vault://kv/ep?kv=1", "/v1/kv/", true,
     [](auto& options, auto&, auto&) {
       options.hashicorp.login = vaults::AppRoleLogin{"role-1", secret(), false, "approle"};
     }},
    {"HashiCorpJwt", "vault://kv/ep?kv=1", "/v1/kv/", true,
     [](auto& options, auto&, auto& file) {
       options.hashicorp.login = vaults::JwtLogin{"role-1", file, "jwt"};
     }},
    {"AwsKeys", "aws-sm://ep", "secretsmanager", true,
     [](auto& options, auto&, auto&) {
       options.aws.keys = vaults::AwsKeys{"AKIA1", secret(), FreedMemory::secret(FreedMemory::kPassphrase)};
     }},
    {"AwsContainer", "aws-sm://ep", "secretsmanager", true,
     [](auto&, auto& environment, auto& file) {
       environment.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/role");
       environment.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file);
     }},
    {"AwsWebIdentity", "aws-sm://ep", "secretsmanager", false,
     [](auto&, auto& environment, auto& file) {
       environment.set("AWS_ROLE_ARN", "arn:aws:iam::1:role/ep");
       environment.set("AWS_WEB_IDENTITY_TOKEN_FILE", file);
     }},
    {"AzureSecret", "azure-kv://my-vault/ep", "/secrets/", true,
     [](auto& options, auto&, auto&) { options.azure.login = vaults::AzureSecretLogin{secret()}; }},
    {"AzureWorkload", "azure-kv://my-vault/ep", "/secrets/", true,
     [](auto& options, auto&, auto& file) { options.azure.login = vaults::AzureWorkloadIdentityLogin{file}; }},
    {"AzureMachine", "azure-kv://my-vault/ep", "/secrets/", true,
     [](auto& options, auto&, auto&) { options.azure.login = vaults::AzureManagedIdentityLogin{}; }},
    {"GoogleMachine", "gcp-sm://p1/ep", ":access", false, [](auto&, auto&, auto&) {}},
    {"GoogleFederation", "gcp-sm://p1/ep", ":access", false, [](auto& options, auto&, auto& file) {
       options.google.credentials =
           Secret(R"({"type":"external_account","audience":"//iam.googleapis.com/pool","subject_token_type":"jwt",)"
                  R"("token_url":"https://sts.googleapis.com/v1/token","credential_source":{"file":")" +
                  file + "\"}}");
     }}};

INSTANTIATE_TEST_SUITE_P(Each, FreedMemoryOfSources, testing::ValuesIn(kLogins),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(FreedMemoryOfVaults, HoldsNoSecretAfterAFormWasWritten) {
  {
    internal::WipedForm form;
    form.add("subject_token", FreedMemory::secret(FreedMemory::kToken).expose());
    form.add("scope", std::string(1000, 's'));
    EXPECT_GT(form.text().size(), 1000U);
  }
  EXPECT_EQ(FreedMemory::found(FreedMemory::kToken), 0);
}

TEST(FreedMemoryOfVaults, HoldsNoSecretAfterJsonWasRead) {
  std::string text = with_canaries(R"({"refresh_token":")" + std::string(800, 'r') + R"(","access_token":"$)" +
                                   std::string(800, 't') + "\"}");
  {
    const auto json = internal::parse_secret_json(text);
    EXPECT_EQ(internal::text_at(json, "access_token").size(), 800 + FreedMemory::size(FreedMemory::kToken));
  }
  internal::wipe(text);
  EXPECT_EQ(FreedMemory::found(FreedMemory::kToken), 0);
}

}  // namespace
}  // namespace easypost_connect::unit_test
