// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "aws_environment.hpp"
#include "result_matchers.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::internal {

inline constexpr const char* kSecretAnswer = R"({"SecretString":"A"})";

/// The clock begins at 2027-01-15T08:00:00Z.
inline std::string keys_until(std::string_view end, std::string_view id) {
  return std::string(R"({"Code":"Success","AccessKeyId":")")
      .append(id)
      .append(R"(","SecretAccessKey":"canary-secret-key","Token":"canary-secret-token","Expiration":")")
      .append(end)
      .append("\"}");
}

inline std::string sts_keys_until(std::string_view end) {
  return std::string(
             "<R><Credentials><AccessKeyId>ASIASTS</AccessKeyId>\n<SecretAccessKey>canary-secret-key"
             "</SecretAccessKey><SessionToken>canary-secret-token</SessionToken><Expiration>")
      .append(end)
      .append("</Expiration></Credentials></R>");
}

/// Reads a secret of AWS in an environment without keys: a test sets up where they come from.
class AwsKeysTest : public testing::Test {
 protected:
  AwsKeysTest() { options_.region = "eu-west-1"; }

  Result<ReadSecret> read() {
    if (reader_ == nullptr) {
      auto made = make_aws_reader(options_, world_.world());
      if (!made) return std::move(made).error();
      reader_ = *std::move(made);
    }
    return reader_->read(*parse_reference("aws-sm://a"));
  }
  test_support::SentRequest last() { return world_.sent(world_.transport->count() - 1); }
  /// Returns the access key id that signs a reading, with its session token.
  std::string signer() {
    world_.answer(kSecretAnswer);
    const auto secret = read();
    EXPECT_THAT(secret, test_support::IsOk());
    const std::string authorization = last().credential("authorization");
    const auto begin = authorization.find('=') + 1;
    return authorization.substr(begin, authorization.find('/') - begin) + ' ' +
           last().credential("x-amz-security-token");
  }
  void set_keys() {
    environment_.set("AWS_ACCESS_KEY_ID", "AKIAENV");
    environment_.set("AWS_SECRET_ACCESS_KEY", "canary-secret-key");
  }
  void set_web_identity() {
    environment_.set("AWS_ROLE_ARN", "arn:aws:iam::1:role/ep");
    environment_.set("AWS_WEB_IDENTITY_TOKEN_FILE", environment_.home().write("jwt", "canary.secret+jwt\n"));
  }
  void set_profile(std::string_view text) {
    environment_.set("AWS_SHARED_CREDENTIALS_FILE", environment_.home().write("credentials", text));
  }
  void answer_instance(std::string_view end, std::string_view id = "ASIAINSTANCE") {
    world_.answer("canary-secret-imds");
    world_.answer("ep-role\n");
    world_.answer(keys_until(end, id));
  }

  test_support::AwsEnvironment environment_;
  test_support::FakeVaultWorld world_;
  vaults::AwsSecretsManager options_;
  std::unique_ptr<SecretReader> reader_;
};

}  // namespace easypost_connect::internal
