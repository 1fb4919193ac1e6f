// SPDX-License-Identifier: Apache-2.0
// Secrets in files that variables name.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/client_options.hpp>
#include <easypost_connect/connect_client.hpp>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "test_credentials.hpp"
#include "unit/facade/scoped_environment.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace test_support;
using ::testing::AllOf;

/// Moves a secret from its variable into a file, and names that.
std::string in_file(ScopedEnvironment& environment, const TemporaryFolder& folder, const std::string& name,
                    std::string_view value) {
  environment.unset(name);
  const std::string path = folder.write(name, std::string(value) + "\r\n");
  environment.set(name + "_FILE", path);
  return path;
}

TEST(ConnectClientFromEnvironment, ReadsSecretsFromFilesAgainAndAgain) {
  const TemporaryFolder folder;
  ScopedEnvironment environment;
  set_all(environment);
  in_file(environment, folder, "API_KEY", "first-key");
  in_file(environment, folder, "CLIENT_ID", kClientId);
  in_file(environment, folder, "CLIENT_SECRET", kClientSecret);
  const auto options = ClientOptions::from_environment();
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->credential_source().credentials->api_key.expose(), "first-key");
  folder.write("API_KEY", "second-key");
  EXPECT_EQ(options->credential_source().credentials->api_key.expose(), "second-key");
  EXPECT_EQ(options->credential_source().credentials->oauth_client.id, kClientId);
  EXPECT_THAT(ConnectClient::create(*options), IsOk());
}

TEST(ConnectClientFromEnvironment, NamesTheFileThatCannotBeRead) {
  const TemporaryFolder folder;
  ScopedEnvironment environment;
  set_all(environment);
  const std::string path = in_file(environment, folder, "API_KEY", "");
  EXPECT_THAT(ConnectClient::from_environment(),
              AllOf(Says("EASYPOST_CONNECT_API_KEY_FILE"), Says(path + " is empty"), BlamedOn(Factor::kApiKey)));
  environment.set("API_KEY_FILE", folder.path("none"));
  EXPECT_THAT(ConnectClient::from_environment(), Says("cannot be opened: No such file"));
  environment.set("API_KEY", "both");
  EXPECT_THAT(ConnectClient::from_environment(), Says("are both set"));
}

}  // namespace
}  // namespace easypost_connect::unit_test
