// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/connect_client.hpp>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "test_credentials.hpp"
#include "unit/facade/scoped_environment.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

TEST(Environment, KnowsTheDocumentedHosts) {
  EXPECT_EQ(Environment::acc().api_url, "https://api.acc.eservices.easypost.eu");
  EXPECT_EQ(Environment::acc().token_url, "https://auth.acc.eservices.easypost.eu/oauth2/token");
  EXPECT_EQ(Environment::pro().api_url, "https://api.eservices.easypost.eu");
  EXPECT_EQ(Environment::pro().token_url, "https://auth.eservices.easypost.eu/oauth2/token");
  EXPECT_EQ(Environment::custom("https://a", "https://b").api_url, "https://a");
  EXPECT_EQ(Environment::custom("https://a", "https://b").token_url, "https://b");
}

TEST(ClientOptions, AreReadFromTheEnvironment) {
  ScopedEnvironment environment;
  set_all(environment);
  environment.set("CLIENT_CERT", "/etc/easypost/client.pem");
  environment.set("CLIENT_KEY_PASSPHRASE", std::string(kPassphrase));
  environment.set("CA_FILE", authority().certificate());
  const auto options = ClientOptions::from_environment();
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->environment.api_url, Environment::acc().api_url);
  const auto& [certificate, api_key, oauth_client] = options->credentials;
  EXPECT_EQ(certificate.certificate.path(), "/etc/easypost/client.pem");
  EXPECT_TRUE(certificate.private_key.content() == Secret(good_client().private_key));
  EXPECT_TRUE(certificate.passphrase == Secret(kPassphrase));
  EXPECT_TRUE(api_key == Secret(kApiKey));
  EXPECT_EQ(oauth_client.id, kClientId);
  EXPECT_TRUE(oauth_client.secret == Secret(kClientSecret));
  EXPECT_TRUE(options->server_ca.content() == Secret(authority().certificate()));
}

TEST(ClientOptions, AreSafeByDefault) {
  const ClientOptions options;
  EXPECT_EQ(options.credentials.oauth_client.authentication, ClientAuthentication::kSecretPost);
  EXPECT_FALSE(options.credentials.oauth_client.present_client_certificate);
  EXPECT_TRUE(options.server_ca.empty());
  EXPECT_EQ(options.transport, nullptr);
}

TEST(ClientOptions, TheEnvironmentIsAccOrPro) {
  ScopedEnvironment environment;
  environment.set("ENVIRONMENT", "PRO");
  EXPECT_EQ(ClientOptions::from_environment().value().environment.api_url, Environment::pro().api_url);
  for (const char* name : {"acc", "Acc", "aCC"}) {
    environment.set("ENVIRONMENT", name);
    EXPECT_EQ(ClientOptions::from_environment().value().environment.api_url, Environment::acc().api_url) << name;
  }
  for (const char* name : {"PROD", "AC", "ACC ", "pro\r\n", "https://api.example.test"}) {
    environment.set("ENVIRONMENT", name);
    EXPECT_THAT(
        ClientOptions::from_environment(),
        AllOf(IsError(ErrorCode::kInvalidOption), Says("EASYPOST_CONNECT_ENVIRONMENT"), Says("ACC"), Says("PRO")));
  }
}

TEST(ClientOptions, UrlsOverrideTheEnvironmentOneByOne) {
  ScopedEnvironment environment;
  environment.set("ENVIRONMENT", "ACC");
  environment.set("API_URL", "https://api.example.test");
  EXPECT_EQ(ClientOptions::from_environment().value().environment.api_url, "https://api.example.test");
  EXPECT_EQ(ClientOptions::from_environment().value().environment.token_url, Environment::acc().token_url);
  environment.set("TOKEN_URL", "https://auth.example.test");
  environment.unset("ENVIRONMENT");
  EXPECT_EQ(ClientOptions::from_environment().value().environment.token_url, "https://auth.example.test");
}

TEST(ClientOptions, SayThatALineEndIsBesideTheEnvironment) {
  ScopedEnvironment environment;
  environment.set("ENVIRONMENT", "ACC\r");
  EXPECT_THAT(ClientOptions::from_environment(), Says("a blank or a line break"));
}

TEST(ClientOptions, AnEmptyVariableIsAMissingOne) {
  ScopedEnvironment environment;
  environment.set("ENVIRONMENT", "ACC");
  environment.set("CLIENT_CERT", "");
  environment.set("CA_FILE", "");
  EXPECT_TRUE(ClientOptions::from_environment().value().credentials.client_certificate.certificate.empty());
  EXPECT_TRUE(ClientOptions::from_environment().value().server_ca.empty());
}

TEST(ClientOptions, AreNotReadFromTheAddressOfAVault) {
  ScopedEnvironment environment;
  set_all(environment);
  environment.set("API_KEY", "aws-sm://prod/easypost#api_key");
  EXPECT_THAT(ClientOptions::from_environment(),
              AllOf(IsError(ErrorCode::kInvalidOption), BlamedOn(Factor::kCredentialSource),
                    Says("EASYPOST_CONNECT_API_KEY is the address of a vault"), Says("vaults::from_environment()")));
  environment.unset("API_KEY");
  environment.set("CREDENTIALS", "vault://secret/easypost");
  EXPECT_THAT(ClientOptions::from_environment(), Says("EASYPOST_CONNECT_CREDENTIALS is the address of a vault"));
}

TEST(ConnectClientFromEnvironment, NeedsNothingElse) {
  ScopedEnvironment environment;
  set_all(environment);
  EXPECT_THAT(ConnectClient::from_environment(), IsOk());
}

TEST(ConnectClientFromEnvironment, ReadsPemFiles) {
  const TemporaryFolder folder;
  ScopedEnvironment environment;
  set_all(environment);
  environment.set("CLIENT_CERT", folder.write("client.pem", encrypted_client().certificate));
  environment.set("CLIENT_KEY", folder.write("client.key", encrypted_client().private_key));
  environment.set("CLIENT_KEY_PASSPHRASE", std::string(kPassphrase));
  environment.set("CA_FILE", folder.write("ca.pem", authority().certificate()));
  EXPECT_THAT(ConnectClient::from_environment(), IsOk());
}

/// A client that lacks the variables in `missing`. The message has to name them in this order, and no others.
struct Incomplete {
  const char* name;
  std::vector<const char*> missing;
  ErrorCode code;
  Factor factor;
};

std::string variables_in(const std::string& text) {
  constexpr std::string_view kPrefix = "EASYPOST_CONNECT_";
  std::string found;
  for (auto at = text.find(kPrefix); at != std::string::npos; at = text.find(kPrefix, at + 1)) {
    const auto begin = at + kPrefix.size();
    found += text.substr(begin, text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", begin) - begin) + ' ';
  }
  return found;
}

TEST(ConnectClientFromEnvironment, NamesAllMissingVariablesInTheOrderInWhichOneGetsThem) {
  const Incomplete table[] = {
      {"nothing is set",
       {"ENVIRONMENT", "CLIENT_CERT", "CLIENT_KEY", "API_KEY", "CLIENT_ID", "CLIENT_SECRET"},
       ErrorCode::kInvalidOption,
       Factor::kRequest},
      {"no environment", {"ENVIRONMENT"}, ErrorCode::kInvalidOption, Factor::kRequest},
      {"no certificate", {"CLIENT_CERT"}, ErrorCode::kInvalidCredential, Factor::kClientCertificate},
      {"no certificate and key",
       {"CLIENT_CERT", "CLIENT_KEY"},
       ErrorCode::kInvalidCredential,
       Factor::kClientCertificate},
      {"no key", {"CLIENT_KEY"}, ErrorCode::kInvalidCredential, Factor::kClientCertificate},
      {"no API key", {"API_KEY"}, ErrorCode::kInvalidCredential, Factor::kApiKey},
      {"no OAuth client", {"CLIENT_ID", "CLIENT_SECRET"}, ErrorCode::kInvalidCredential, Factor::kOAuthClient},
      {"no secrets", {"API_KEY", "CLIENT_SECRET"}, ErrorCode::kInvalidCredential, Factor::kApiKey},
      {"environment and secret", {"ENVIRONMENT", "CLIENT_SECRET"}, ErrorCode::kInvalidOption, Factor::kRequest},
  };
  for (const auto& [name, missing, code, factor] : table) {
    SCOPED_TRACE(name);
    ScopedEnvironment environment;
    set_all(environment);
    std::string expected;
    for (const char* variable : missing) {
      environment.unset(variable);
      expected += std::string(variable) + ' ';
    }
    const auto client = ConnectClient::from_environment();
    ASSERT_THAT(client, AllOf(IsError(code), BlamedOn(factor)));
    EXPECT_EQ(variables_in(client.error().message), expected);
    EXPECT_FALSE(client.error().remedy.empty());
  }
}

TEST(ConnectClientFromEnvironment, NamesTheUrlThatIsMissingBesideTheOther) {
  ScopedEnvironment environment;
  set_all(environment);
  environment.unset("ENVIRONMENT");
  environment.set("API_URL", "https://api.example.test");
  EXPECT_THAT(ConnectClient::from_environment(),
              AllOf(IsError(ErrorCode::kInvalidOption), Says("environment.token_url (EASYPOST_CONNECT_TOKEN_URL)")));
}

TEST(ConnectClientFromEnvironment, SaysOfAVariableThatItIsEmpty) {
  ScopedEnvironment environment;
  set_all(environment);
  environment.set("API_KEY", "");
  EXPECT_THAT(ConnectClient::from_environment(), Says("api_key (EASYPOST_CONNECT_API_KEY, which is empty) is not set"));
}

/// Sets a variable of the process as long as this object exists.
class OtherVariable {
 public:
  explicit OtherVariable(const char* name) : name_(name) { ::setenv(name, "canary-secret", 1); }
  ~OtherVariable() { ::unsetenv(name_); }
  OtherVariable(const OtherVariable&) = delete;
  OtherVariable& operator=(const OtherVariable&) = delete;

 private:
  const char* name_;
};

TEST(ConnectClientFromEnvironment, AsksWhetherAMisspeltVariableIsMeant) {
  constexpr struct {
    const char* other;
    const char* missing;
    bool meant;
  } kTable[] = {
      {"EASYPOST_CONNECT_APIKEY", "API_KEY", true},
      {"EASYPOST_CONNECT_API_KEYS", "API_KEY", true},
      {"EASYPOST_CONNECT_API_TOKEN", "API_KEY", false},
      {"EASYPOST_API_KEY", "API_KEY", true},
      {"easypost_connect_api_key", "API_KEY", true},
      {"EASYPOST_CONNECT_AIP_KEY", "API_KEY", true},
      {"EASYPOSTCONNECT_API_KEY", "API_KEY", true},
      {"API_KEY", "API_KEY", false},  // any program may have set it
      {"EASYPOST_CONNECT_CLIENTID", "CLIENT_ID", true},
      {"EASYPOST_CONNECT_CLIENTID", "CLIENT_SECRET", false},
      {"EASYPOST_CONNECT_OAUTH_CLIENT_ID", "CLIENT_ID", true},
      {"EASYPOST_CONNECT_SECRET", "CLIENT_SECRET", true},
      {"EASYPOST_CONNECT_CLIENT_SECERT", "CLIENT_SECRET", true},
      {"EASYPOST_CONNECT_CLIENT_SECRETS_FILE", "CLIENT_SECRET", true},
      {"EASYPOST_CONNECT_CERT", "CLIENT_CERT", true},
      {"EASYPOST_CONNECT_CLIENT_CERTIFICATE", "CLIENT_CERT", true},
      {"EASYPOST_CONNECT_CLIENT_CERT_PATH", "CLIENT_CERT", true},
      {"EASYPOST_CONNECT_ENV", "ENVIRONMENT", true},
      {"EASYPOST_CONNECT_ENVIROMENT", "ENVIRONMENT", true},
      {"EASYPOST_CONNECT_KEY", "API_KEY", false},  // "KEY" may mean the certificate's key
      {"EASYPOST_CONNECT_CA", "CLIENT_CERT", false},
  };
  for (const auto& [other, missing, meant] : kTable) {
    ScopedEnvironment environment;
    set_all(environment);
    environment.unset(missing);
    const OtherVariable set(other);
    const auto client = ConnectClient::from_environment();
    ASSERT_THAT(client, AllOf(Not(IsOk()), Not(Says("canary-secret"))));
    const std::string question = std::string(other) + " is set: is EASYPOST_CONNECT_" + missing + " meant?";
    EXPECT_EQ(client.error().remedy.find(question) != std::string::npos, meant) << question;
  }
}

TEST(ConnectClientFromEnvironment, NamesEachUselessVariable) {
  for (const char* name : {"ENVIRONMENT", "API_URL", "TOKEN_URL", "CLIENT_CERT", "CLIENT_KEY", "API_KEY", "CLIENT_ID",
                           "CLIENT_SECRET", "CA_FILE"}) {
    ScopedEnvironment environment;
    set_all(environment);
    environment.set(name, "canary-secret\n");
    EXPECT_THAT(ConnectClient::from_environment(), AllOf(Not(IsOk()), Says("EASYPOST_CONNECT_" + std::string(name))))
        << name;
  }
}

TEST(ConnectClientFromEnvironment,
     ASwappedKeyDoesNotShowInTheError) {  // the API key stands where a path belongs
  ScopedEnvironment environment;
  set_all(environment);
  environment.set("CLIENT_KEY", "canary-secret-of-somebody");
  EXPECT_THAT(ConnectClient::from_environment(), AllOf(Not(IsOk()), Not(Says("canary-secret"))));
}

}  // namespace
}  // namespace easypost_connect::unit_test
