// SPDX-License-Identifier: Apache-2.0
// The commands of docs/vault-aws.md, run with the AWS CLI against moto: what they store is read, and under the policy
// of the page it alone.
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <easypost_connect/vaults.hpp>

#include "documented_page.hpp"
#include "moto.hpp"
#include "portal.hpp"
#include "support/aws_environment.hpp"

namespace easypost_connect::interop {
namespace {

using testing::HasSubstr;

/// The last line of each page: the program makes a call with what the variables say.
constexpr const char* kCall = R"(easypost-connect call /jobs --credentials "$EASYPOST_CONNECT_CREDENTIALS")";

class DocumentedAws : public testing::Test {
 protected:
  DocumentedAws() {
    page_.add_program("easypost-connect", EASYPOST_CONNECT_PROGRAM);
    page_.add_program("aws", "env PYTHONPATH=" VAULT_AWS_CLI " python3 -m awscli");
    page_.set("AWS_ENDPOINT_URL", moto_.url());
    page_.set("AWS_DEFAULT_REGION", "eu-west-1");
    page_.set("AWS_ACCESS_KEY_ID", moto_.known("KEEPER_ID"));
    page_.set("AWS_SECRET_ACCESS_KEY", moto_.known("KEEPER_SECRET"));
    page_.read_as("111122223333", "123456789012");
    options_.aws.region = "eu-west-1";
    options_.aws.endpoint = moto_.url();
    page_.execute("aws secretsmanager delete-secret --secret-id easypost/acc --force-delete-without-recovery");
  }

  /// The options log in as a new user from now on, whom the policy of the page allows what it allows.
  void become_a_user_with_the_policy_of_the_page() {
    page_.folder().write("policy.json", page_.block("policy"));
    page_.execute(
        "aws iam create-user --user-name partner\n"
        "aws iam put-user-policy --user-name partner --policy-name read --policy-document file://policy.json");
    const std::string key = page_.execute(
        "aws iam create-access-key --user-name partner --output text --query "
        "'AccessKey.[AccessKeyId,SecretAccessKey]'");
    const auto tab = key.find('\t');
    options_.aws.keys = vaults::AwsKeys{key.substr(0, tab), Secret(key.substr(tab + 1)), {}};
    page_.set("AWS_ACCESS_KEY_ID", key.substr(0, tab));
    page_.set("AWS_SECRET_ACCESS_KEY", key.substr(tab + 1));
  }

  test_support::AwsEnvironment environment_;
  Moto moto_;
  Portal portal_;
  DocumentedPage page_{"vault-aws.md"};
  vaults::VaultOptions options_;
};

TEST_F(DocumentedAws, StoresWhatItsPolicyLetsTheSdkReadAndNothingElse) {
  page_.run("store the key");
  portal_.certify(page_.folder());
  page_.run("store the rest", portal_.typed());
  EXPECT_EQ(files_with_a_key(page_.folder()), std::vector<std::string>{});

  become_a_user_with_the_policy_of_the_page();
  EXPECT_EQ(portal_.call(vaults::from_uri("aws-sm://easypost/acc", options_)), "200");
  EXPECT_THAT(portal_.call(vaults::from_uri("aws-sm://easypost/binary", options_)), HasSubstr("AccessDenied"));
  for (const auto& [variable, value] : portal_.environment()) page_.set(variable, value);
  EXPECT_THAT(page_.run("use", {}, kCall), HasSubstr("\"jobName\""));
  EXPECT_EQ(page_.unused(), std::set<std::string>{});
}

}  // namespace
}  // namespace easypost_connect::interop
