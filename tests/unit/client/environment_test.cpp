// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/connect_client.hpp>

#include "result_matchers.hpp"
#include "test_credentials.hpp"
#include "unit/client/scoped_environment.hpp"
#include "unit/identity/temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

/// Variables with which a client can be made.
void set_all(ScopedEnvironment& environment) {
  environment.set("ENVIRONMENT", "ACC");
  environment.set("CLIENT_CERT", good_client().certificate);
  environment.set("CLIENT_KEY", good_client().private_key);
  environment.set("API_KEY", std::string(kApiKey));
  environment.set("CLIENT_ID", std::string(kClientId));
  environment.set("CLIENT_SECRET", std::string(kClientSecret));
}

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
  for (const char* name : {"acc", "PROD", "ACC ", "https://api.example.test"}) {
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

TEST(ClientOptions, NeedAnEnvironmentOrBothUrls) {
  ScopedEnvironment environment;
  const auto missing = AllOf(IsError(ErrorCode::kInvalidOption), Says("EASYPOST_CONNECT_ENVIRONMENT"),
                             Says("EASYPOST_CONNECT_API_URL"), Says("EASYPOST_CONNECT_TOKEN_URL"));
  EXPECT_THAT(ClientOptions::from_environment(), missing);
  environment.set("API_URL", "https://api.example.test");
  EXPECT_THAT(ClientOptions::from_environment(), missing);
}

TEST(ClientOptions, AnEmptyVariableIsAMissingOne) {
  ScopedEnvironment environment;
  environment.set("ENVIRONMENT", "ACC");
  environment.set("CLIENT_CERT", "");
  environment.set("CA_FILE", "");
  EXPECT_TRUE(ClientOptions::from_environment().value().credentials.client_certificate.certificate.empty());
  EXPECT_TRUE(ClientOptions::from_environment().value().server_ca.empty());
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
  environment.set("CLIENT_CERT", folder.file("client.pem", encrypted_client().certificate));
  environment.set("CLIENT_KEY", folder.file("client.key", encrypted_client().private_key));
  environment.set("CLIENT_KEY_PASSPHRASE", std::string(kPassphrase));
  environment.set("CA_FILE", folder.file("ca.pem", authority().certificate()));
  EXPECT_THAT(ConnectClient::from_environment(), IsOk());
}

TEST(ConnectClientFromEnvironment, NamesEachMissingVariable) {
  for (const char* name : {"ENVIRONMENT", "CLIENT_CERT", "CLIENT_KEY", "API_KEY", "CLIENT_ID", "CLIENT_SECRET"}) {
    ScopedEnvironment environment;
    set_all(environment);
    environment.unset(name);
    EXPECT_THAT(ConnectClient::from_environment(), AllOf(Not(IsOk()), Says("EASYPOST_CONNECT_" + std::string(name))))
        << name;
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
     ASwappedKeyDoesNotShowInTheError) {  // the API key where a file name belongs is a path
  ScopedEnvironment environment;
  set_all(environment);
  environment.set("CLIENT_KEY", "canary-secret-of-somebody");
  EXPECT_THAT(ConnectClient::from_environment(), AllOf(Not(IsOk()), Not(Says("canary-secret"))));
}

}  // namespace
}  // namespace easypost_connect::unit_test
