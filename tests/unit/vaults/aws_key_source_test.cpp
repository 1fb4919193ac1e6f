// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws_keys_test.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::IsRetryable;
using test_support::Says;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AwsKeySourceTest : public AwsKeysTest {};

TEST_F(AwsKeySourceTest, IsTheFirstOneThatIsSetUp) {
  answer_instance("2027-01-15T14:00:00Z");
  EXPECT_EQ(signer(), "ASIAINSTANCE canary-secret-token");
  environment_.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/x");
  reader_.reset();
  world_.answer(keys_until("2027-01-15T14:00:00Z", "ASIACONTAINER"));
  EXPECT_EQ(signer(), "ASIACONTAINER canary-secret-token");
  set_profile("[default]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = canary-secret-key\n");
  reader_.reset();
  EXPECT_EQ(signer(), "AKIAPROFILE ");
  set_web_identity();
  reader_.reset();
  world_.answer(sts_keys_until("2027-01-15T14:00:00Z"));
  EXPECT_EQ(signer(), "ASIASTS canary-secret-token");
  set_keys();
  reader_.reset();
  EXPECT_EQ(signer(), "AKIAENV ");
  options_.keys = vaults::AwsKeys{"AKIAOPTIONS", Secret("canary-secret-key"), {}};
  reader_.reset();
  EXPECT_EQ(signer(), "AKIAOPTIONS ");
}

TEST_F(AwsKeySourceTest, TakesAProfileOfTheOptionsBeforeTheVariables) {
  set_keys();
  set_profile(
      "[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = canary-secret-key\n"
      "aws_session_token = canary-secret-session\n");
  options_.profile = "prod";
  EXPECT_EQ(signer(), "AKIAPROD canary-secret-session");
}

TEST_F(AwsKeySourceTest, SaysThatHalfOfTheKeysIsMissing) {
  environment_.set("AWS_ACCESS_KEY_ID", "AKIAENV");
  EXPECT_THAT(read(), AllOf(Says("AWS_SECRET_ACCESS_KEY"), Says("one is missing")));
  options_.keys = vaults::AwsKeys{};
  EXPECT_THAT(read(), AllOf(Says("VaultOptions::aws.keys"), Says("one is missing")));
}

TEST_F(AwsKeySourceTest, ReadsTheTokenOfAWebIdentityForEachLogin) {
  set_web_identity();
  environment_.set("AWS_REGION", "us-east-1");
  world_.answer(sts_keys_until("2027-01-15T09:00:00Z"));
  EXPECT_EQ(signer(), "ASIASTS canary-secret-token");
  EXPECT_EQ(world_.sent(0).url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(world_.sent(0).content_type, "application/x-www-form-urlencoded");
  EXPECT_EQ(world_.sent(0).body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fep&"
            "RoleSessionName=easypost-connect&WebIdentityToken=canary.secret%2Bjwt");
  environment_.home().write("jwt", "canary.second.jwt");
  environment_.set("AWS_ROLE_SESSION_NAME", "line-1");
  world_.clock->advance(55min);
  world_.answer(sts_keys_until("2027-01-15T10:00:00Z"));
  EXPECT_EQ(signer(), "ASIASTS canary-secret-token");
  EXPECT_THAT(world_.sent(2).body, HasSubstr("RoleSessionName=line-1&WebIdentityToken=canary.second.jwt"));
}

TEST_F(AwsKeySourceTest, SaysWhyStsRefuses) {
  set_web_identity();
  const auto refuse = [&](const char* code) {
    world_.answer(std::string("<ErrorResponse><Error><Type>Sender</Type><Code>")
                      .append(code)
                      .append("</Code><Message>canary.secret+jwt is not good</Message></Error></ErrorResponse>"),
                  400);
    return read();
  };
  const auto refused = refuse("InvalidIdentityToken");
  EXPECT_THAT(refused, AllOf(Says("login by web identity"), Says("InvalidIdentityToken"), Says("aws-sm://a"),
                             Says("audience"), Not(Says("canary")), Not(IsRetryable())));
  EXPECT_THAT(refuse("ExpiredTokenException"), Says("expired or was withdrawn"));
  EXPECT_THAT(refuse("AccessDenied"), Says("trust policy"));
  EXPECT_THAT(refuse("ValidationError"), Says("arn:aws:iam::ACCOUNT:role/NAME"));
  EXPECT_THAT(refuse("RegionDisabledException"), Says("have to be enabled"));
  EXPECT_THAT(refuse("IDPCommunicationError"), AllOf(Says("Wait"), IsRetryable()));
  EXPECT_THAT(refuse("Throttling"), IsRetryable());
}

TEST_F(AwsKeySourceTest, SaysWhatAWebIdentityLacks) {
  set_web_identity();
  world_.answer("<html>");
  EXPECT_THAT(read(), AllOf(Says("holds no keys"), Says("AWS_ENDPOINT_URL_STS")));
  environment_.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/jwt");
  EXPECT_THAT(read(), AllOf(Says("/nowhere/jwt"), Says("cannot be read")));
  environment_.set("AWS_ROLE_ARN", "");
  reader_.reset();
  EXPECT_THAT(read(), Says("AWS_ROLE_ARN is not"));
}

struct ProfileFiles {
  const char* name;
  const char* credentials;
  const char* config;
  const char* says;
};

class AwsProfileTest : public AwsKeySourceTest, public testing::WithParamInterface<ProfileFiles> {};

INSTANTIATE_TEST_SUITE_P(
    Files, AwsProfileTest,
    testing::Values(ProfileFiles{"Missing", "[default]\n", "", "neither ~/.aws/credentials nor ~/.aws/config"},
                    ProfileFiles{"Half", "[prod]\naws_access_key_id = A\n", "", "aws configure --profile prod"},
                    ProfileFiles{"Sso", "", "[profile prod]\nsso_session = x\n", "its keys by sso_session"},
                    ProfileFiles{"Process", "[prod]\ncredential_process = /x\n", "", "by credential_process"},
                    ProfileFiles{"Role", "", "[profile prod]\nrole_arn = x\nsource_profile = y\n", "by role_arn"},
                    ProfileFiles{"OtherTitle", "[profile prod]\naws_access_key_id = A\n", "[prod]\n", "neither"}),
    [](const auto& test) { return test.param.name; });

TEST_P(AwsProfileTest, SaysWhyAProfileGivesNoKeys) {
  set_profile(GetParam().credentials);
  environment_.set("AWS_CONFIG_FILE", environment_.home().write("config", GetParam().config));
  environment_.set("AWS_PROFILE", "prod");
  EXPECT_THAT(read(), AllOf(Says(GetParam().says), Says("login by the AWS profile prod for aws-sm://a")));
  EXPECT_EQ(world_.transport->count(), 0U);
}

TEST_F(AwsKeySourceTest, ReadsAProfileAnewWhenItsKeysAreRefused) {
  set_profile("[default]\naws_access_key_id = AKIAOLD\naws_secret_access_key = canary-secret-key\n");
  EXPECT_EQ(signer(), "AKIAOLD ");
  set_profile("[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = canary-secret-key\n");
  world_.answer(R"({"__type":"UnrecognizedClientException","message":"invalid"})", 400);
  EXPECT_EQ(signer(), "AKIANEW ");
}

TEST_F(AwsKeySourceTest, FindsKeysInTheConfigFileToo) {
  environment_.set("AWS_CONFIG_FILE", environment_.home().write("config",
                                                                "[default]\r\naws_access_key_id = AKIACONFIG\r\n"
                                                                "aws_secret_access_key = canary-secret-key\r\n"));
  EXPECT_EQ(signer(), "AKIACONFIG ");
}

TEST_F(AwsKeySourceTest, SaysThatThereIsNone) {
  environment_.set("AWS_EC2_METADATA_DISABLED", "true");
  EXPECT_THAT(read(), AllOf(Says("AWS_EC2_METADATA_DISABLED"), Says("AWS_WEB_IDENTITY_TOKEN_FILE")));
}

}  // namespace
}  // namespace easypost_connect::internal
