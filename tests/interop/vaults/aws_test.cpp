// SPDX-License-Identifier: Apache-2.0
// The source for AWS Secrets Manager against moto.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "moto.hpp"
#include "support/aws_environment.hpp"

namespace easypost_connect::interop {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AwsSecretsManagerInterop : public testing::Test {
 protected:
  AwsSecretsManagerInterop() {
    options_.aws.region = "eu-west-1";
    options_.aws.endpoint = moto_.url();
  }

  void take_keys_of(const std::string& user) {
    options_.aws.keys = vaults::AwsKeys{moto_.known(user + "_ID"), Secret(moto_.known(user + "_SECRET")), {}};
  }
  /// Returns the API key in the secret, or the words of the Error.
  std::string look(const std::string& uri) {
    auto source = vaults::from_uri(uri, options_);
    if (!source) return source.error().describe();
    const auto found = (*source)();
    if (!found.credentials) return found.credentials.error().describe();
    return std::string(found.credentials->api_key.expose());
  }

  test_support::AwsEnvironment environment_;
  Moto moto_;
  vaults::VaultOptions options_;
};

TEST_F(AwsSecretsManagerInterop, ReadsStagesVersionsAndBinarySecrets) {
  take_keys_of("READER");
  EXPECT_EQ(look("aws-sm://easypost/acc"), "canary-secret-new-api_key");
  EXPECT_EQ(look("aws-sm://" + moto_.known("ARN")), "canary-secret-new-api_key");
  EXPECT_EQ(look("aws-sm://easypost/acc?stage=AWSPREVIOUS"), "canary-secret-old-api_key");
  EXPECT_EQ(look("aws-sm://easypost/acc?version-id=" + moto_.known("FIRST_VERSION")), "canary-secret-old-api_key");
  EXPECT_EQ(look("aws-sm://easypost/binary"), "canary-secret-binary-api_key");
}

TEST_F(AwsSecretsManagerInterop, SaysWhatTheRefusalsOfAReadingMean) {
  take_keys_of("READER");
  EXPECT_THAT(look("aws-sm://easypost/none"),
              AllOf(HasSubstr("ResourceNotFoundException"), HasSubstr("describe-secret")));
  EXPECT_THAT(look("aws-sm://easypost/acc?stage=NONE"), HasSubstr("ResourceNotFoundException"));
  EXPECT_THAT(look("aws-sm://easypost/deleted"), HasSubstr("restore-secret"));
  take_keys_of("STRANGER");
  EXPECT_THAT(look("aws-sm://easypost/acc"),
              AllOf(HasSubstr("AccessDenied"), HasSubstr("Let this identity do secretsmanager:GetSecretValue")));
}

TEST_F(AwsSecretsManagerInterop, SaysWhichOfTheKeysIsWrong) {
  take_keys_of("READER");
  options_.aws.keys->secret_access_key = Secret("canary-secret-of-another");
  EXPECT_THAT(look("aws-sm://easypost/acc"),
              AllOf(HasSubstr("SignatureDoesNotMatch"), HasSubstr("Check that the secret access key")));
  options_.aws.keys->access_key_id = "AKIAUNKNOWN";
  EXPECT_THAT(look("aws-sm://easypost/acc"),
              AllOf(HasSubstr("InvalidClientTokenId"), HasSubstr("Check the access key id")));
}

TEST_F(AwsSecretsManagerInterop, TakesTheRoleOfAWebIdentity) {
  environment_.set("AWS_ENDPOINT_URL_STS", moto_.local_url());
  environment_.set("AWS_ROLE_ARN", moto_.known("ROLE"));
  environment_.set("AWS_WEB_IDENTITY_TOKEN_FILE", moto_.folder().write("jwt", "canary-secret.of.the+pod\n"));
  EXPECT_EQ(look("aws-sm://easypost/acc"), "canary-secret-new-api_key");
}

TEST_F(AwsSecretsManagerInterop, TakesTheRoleOfAnInstance) {
  environment_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", moto_.local_url());
  EXPECT_EQ(look("aws-sm://easypost/acc"), "canary-secret-new-api_key");
}

TEST_F(AwsSecretsManagerInterop, TakesTheRoleOfAContainer) {
  environment_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", moto_.local_url() + "/container");
  environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                   moto_.folder().write("agent", moto_.known("AGENT_TOKEN") + '\n'));
  EXPECT_EQ(look("aws-sm://easypost/acc"), "canary-secret-new-api_key");
  environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", moto_.folder().write("agent", "canary-secret-of-nobody"));
  EXPECT_THAT(look("aws-sm://easypost/acc"), AllOf(HasSubstr("wrong token"), Not(HasSubstr("canary-secret"))));
}

}  // namespace
}  // namespace easypost_connect::interop
