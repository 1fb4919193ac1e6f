// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws_keys_test.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::IsOk;
using test_support::Says;
using testing::AllOf;
using testing::ElementsAre;
using testing::Not;

constexpr const char* kMetadata = "http://169.254.169.254/latest/";

class AwsMetadataTest : public AwsKeysTest {};

TEST_F(AwsMetadataTest, AsksTheAgentOfAContainerWithItsToken) {
  environment_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials");
  environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", environment_.home().write("pod", "canary-secret-pod\n"));
  world_.answer(keys_until("2027-01-15T08:04:00Z", "ASIAPOD"));  // ends so soon that they are fetched each time
  EXPECT_EQ(signer(), "ASIAPOD canary-secret-token");
  EXPECT_EQ(world_.sent(0).url, "http://169.254.170.23/v1/credentials");
  EXPECT_EQ(world_.sent(0).credential("authorization"), "canary-secret-pod");
  EXPECT_THAT(world_.transports.back().plain_http_hosts, ElementsAre("169.254.170.23"));
  EXPECT_EQ(world_.transports.back().connect_timeout, 1s);
  environment_.home().write("pod", "canary-secret-second");
  world_.answer(keys_until("2027-01-15T14:00:00Z", "ASIAPOD"));
  EXPECT_EQ(signer(), "ASIAPOD canary-secret-token");
  EXPECT_EQ(world_.sent(2).credential("authorization"), "canary-secret-second");
}

TEST_F(AwsMetadataTest, SaysWhatTheAgentOfAContainerLacks) {
  environment_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1338/keys");
  environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-secret-agent");
  world_.answer(R"({"code":"NoRole","message":"no role for canary-secret-agent"})", 404);
  EXPECT_THAT(read(), AllOf(Says("login by the role of the container"), Says("no role for"), Not(Says("canary-secret")),
                            Says("EKS Pod Identity")));
  EXPECT_EQ(world_.sent(0).credential("authorization"), "canary-secret-agent");
  world_.answer("{}");
  EXPECT_THAT(read(), Says("holds no keys"));
  environment_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nowhere/token");
  EXPECT_THAT(read(), Says("/nowhere/token"));
}

TEST_F(AwsMetadataTest, SendsTheTokenOfAContainerToFewHosts) {
  for (const char* const url :
       {"http://169.254.170.24/x", "http://agent.example/x", "http://169.254.170.2@evil.test/", "ftp://127.0.0.1/"}) {
    environment_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    EXPECT_THAT(read(), Says("AWS_CONTAINER_CREDENTIALS_FULL_URI")) << url;
  }
  for (const char* const url : {"http://[fd00:ec2::23]/v1", "https://agent.example/x", "http://localhost:1/"}) {
    environment_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    EXPECT_THAT(make_aws_reader(options_, world_.world()), IsOk()) << url;
  }
  environment_.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.test/");
  EXPECT_THAT(read(), Says("does not begin with '/'"));
}

TEST_F(AwsMetadataTest, AsksTheInstanceByVersion2) {
  answer_instance("2027-01-15T14:00:00Z");
  EXPECT_EQ(signer(), "ASIAINSTANCE canary-secret-token");
  EXPECT_EQ(world_.sent(0).method, Method::kPut);
  EXPECT_EQ(world_.sent(0).url, std::string(kMetadata) + "api/token");
  EXPECT_EQ(world_.sent(1).url, std::string(kMetadata) + "meta-data/iam/security-credentials/");
  EXPECT_EQ(world_.sent(2).url, std::string(kMetadata) + "meta-data/iam/security-credentials/ep-role");
  EXPECT_EQ(world_.sent(2).credential("x-aws-ec2-metadata-token"), "canary-secret-imds");
  EXPECT_EQ(world_.transports.back().connect_timeout, 1s);
}

TEST_F(AwsMetadataTest, AsksTheInstanceElsewhere) {
  environment_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
  answer_instance("2027-01-15T14:00:00Z");
  EXPECT_EQ(signer(), "ASIAINSTANCE canary-secret-token");
  EXPECT_EQ(world_.sent(0).url, "http://[fd00:ec2::254]/latest/api/token");
  environment_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/");
  reader_.reset();
  answer_instance("2027-01-15T14:00:00Z");
  EXPECT_EQ(signer(), "ASIAINSTANCE canary-secret-token");
  EXPECT_EQ(world_.sent(4).url, "http://127.0.0.1:1338/latest/api/token");
  environment_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://metadata.example");
  reader_.reset();
  EXPECT_THAT(read(), AllOf(Says("AWS_EC2_METADATA_SERVICE_ENDPOINT"), Says("plain http")));
}

TEST_F(AwsMetadataTest, SaysWhatTheInstanceLacks) {
  world_.transport->reply(test_support::failure(ErrorCode::kConnection));
  EXPECT_THAT(read(), AllOf(Says("No other source of AWS keys is set up"), Says("hop-limit 2"), Says("IMDSv2")));
  world_.answer("", 403);
  EXPECT_THAT(read(), AllOf(Says("gives no token"), Says("--http-endpoint enabled")));
  world_.answer("canary-secret-imds");
  world_.answer("", 404);
  EXPECT_THAT(read(), AllOf(Says("the instance has no role"), Says("associate-iam-instance-profile")));
  world_.answer("canary-secret-imds");
  world_.answer("../../evil");
  EXPECT_THAT(read(), Says("no role with a usable name"));
  world_.answer("canary-secret-imds");
  world_.answer("ep-role");
  world_.answer(R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role ep-role"})");
  EXPECT_THAT(read(), AllOf(Says("AssumeRoleUnauthorizedAccess: EC2 cannot"), Says("ec2.amazonaws.com")));
}

}  // namespace
}  // namespace easypost_connect::internal
