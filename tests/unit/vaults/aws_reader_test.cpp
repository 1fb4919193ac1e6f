// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "aws_environment.hpp"
#include "result_matchers.hpp"
#include "vault_world.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace std::chrono_literals;
using test_support::AwsEnvironment;
using test_support::BlamedOn;
using test_support::FakeVaultWorld;
using test_support::IsOk;
using test_support::IsRetryable;
using test_support::Says;
using testing::AllOf;
using testing::Not;

constexpr const char* kSecret = R"({"VersionId":"v7","SecretString":"{\"api_key\":\"A\"}"})";
constexpr const char* kExpired =
    R"({"__type":"InvalidSignatureException","message":"Signature expired: 20270115T080000Z is now earlier"})";

class AwsReaderTest : public testing::Test {
 protected:
  AwsReaderTest() {
    options_.region = "eu-west-1";
    options_.keys = vaults::AwsKeys{"AKIDEXAMPLE", Secret("canary-secret-key-of-aws"), {}};
  }

  SecretReader& reader() {
    if (reader_ == nullptr) {
      auto made = make_aws_reader(options_, world_.world());
      EXPECT_THAT(made, IsOk());
      reader_ = *std::move(made);
    }
    return *reader_;
  }
  Result<ReadSecret> read(const std::string& text) { return reader().read(*parse_reference(text)); }
  Result<void> check(const std::string& text) { return reader().check(*parse_reference(text)); }
  /// Returns the URL that is asked for the secret.
  std::string url_for(const std::string& text) {
    world_.answer(kSecret);
    EXPECT_THAT(read(text), IsOk());
    return world_.sent(world_.transport->count() - 1).url;
  }
  static std::string header(const test_support::SentRequest& sent, std::string_view name) {
    for (const auto& [key, value] : sent.headers) {
      if (key == name) return value;
    }
    return {};
  }

  AwsEnvironment environment_;
  FakeVaultWorld world_;
  vaults::AwsSecretsManager options_;
  std::unique_ptr<SecretReader> reader_;
};

TEST_F(AwsReaderTest, AsksForAVersionWithASignature) {
  options_.keys->session_token = Secret("canary-secret-session-token");
  world_.answer(kSecret);
  const auto secret = read("aws-sm://easypost/acc?stage=AWSPENDING&version-id=v7");
  ASSERT_THAT(secret, IsOk());
  EXPECT_EQ(secret->content.expose(), R"({"api_key":"A"})");
  EXPECT_EQ(secret->version, "v7");

  const auto sent = world_.sent(0);
  EXPECT_EQ(sent.url, "https://secretsmanager.eu-west-1.amazonaws.com/");
  EXPECT_EQ(sent.method, Method::kPost);
  EXPECT_EQ(sent.body, R"({"SecretId":"easypost/acc","VersionStage":"AWSPENDING","VersionId":"v7"})");
  EXPECT_EQ(sent.content_type, "application/x-amz-json-1.1");
  EXPECT_EQ(header(sent, "x-amz-target"), "secretsmanager.GetSecretValue");
  EXPECT_EQ(header(sent, "x-amz-date"), "20270115T080000Z");
  EXPECT_EQ(sent.credential("x-amz-security-token"), "canary-secret-session-token");
  EXPECT_EQ(sent.credential("authorization")
                .find("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/eu-west-1/"
                      "secretsmanager/aws4_request, SignedHeaders=content-type;host;"
                      "x-amz-date;x-amz-security-token;x-amz-target, Signature="),
            0U);
}

TEST_F(AwsReaderTest, TellsItsLoginOnceThereAreKeys) {
  const auto reference = *parse_reference("aws-sm://easypost/acc");
  EXPECT_EQ(reader().login(reference), std::nullopt);
  world_.answer(kSecret);
  ASSERT_THAT(read("aws-sm://easypost/acc"), IsOk());
  EXPECT_EQ(reader().login(reference), "VaultOptions::aws.keys");
}

TEST_F(AwsReaderTest, ReadsABinarySecret) {
  world_.answer(R"({"SecretBinary":"AAEC/w=="})");
  const auto secret = read("aws-sm://easypost/pkcs12");
  ASSERT_THAT(secret, IsOk());
  EXPECT_EQ(secret->content.expose(), std::string("\x00\x01\x02\xff", 4));
}

TEST_F(AwsReaderTest, SaysWhatTheAnswerLacks) {
  world_.answer(R"({"SecretBinary":"*"})");
  EXPECT_THAT(read("aws-sm://a"), AllOf(Says("SecretBinary is no base64"), Says("decode"), Says("aws-sm://a")));
  world_.answer("{}");
  EXPECT_THAT(read("aws-sm://a"), AllOf(Says("neither SecretString nor SecretBinary"), Says("aws-sm://a")));
}

TEST_F(AwsReaderTest, AsksWhereTheSecretIs) {
  environment_.set("AWS_DEFAULT_REGION", "us-east-2");
  EXPECT_EQ(url_for("aws-sm://a"), "https://secretsmanager.eu-west-1.amazonaws.com/");
  EXPECT_EQ(url_for("aws-sm://a?region=us-west-2"), "https://secretsmanager.us-west-2.amazonaws.com/");
  EXPECT_EQ(url_for("aws-sm://arn:aws:secretsmanager:ap-south-1:1:secret:a-b"),
            "https://secretsmanager.ap-south-1.amazonaws.com/");
  EXPECT_EQ(url_for("aws-sm://a?region=cn-north-1"), "https://secretsmanager.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(url_for("aws-sm://a?region=eusc-de-east-1"), "https://secretsmanager.eusc-de-east-1.amazonaws.eu/");
  options_.region.clear();
  options_.fips = true;
  reader_.reset();
  EXPECT_EQ(url_for("aws-sm://a"), "https://secretsmanager-fips.us-east-2.amazonaws.com/");
  environment_.set("AWS_REGION", "us-gov-west-1");
  EXPECT_EQ(url_for("aws-sm://a"), "https://secretsmanager-fips.us-gov-west-1.amazonaws.com/");
}

TEST_F(AwsReaderTest, RefusesAReferenceThatCannotBeRead) {
  EXPECT_THAT(check("aws-sm://a?region=eu-west-1"), IsOk());
  EXPECT_THAT(check("aws-sm://a?version=1"), AllOf(Says("\"version\""), Says("version-id")));
  EXPECT_THAT(check("aws-sm://a?region=evil.example%2F"), Says("evil.example/"));
  EXPECT_THAT(check("aws-sm://arn:aws:secretsmanager:ap-south-1:1:secret:a-b?region=eu-west-1"), Says("Leave out"));
  options_.region.clear();
  reader_.reset();
  EXPECT_THAT(check("aws-sm://a"), AllOf(Says("AWS_REGION"), Says("aws-sm://a")));
  EXPECT_EQ(world_.transport->count(), 0U);
}

TEST_F(AwsReaderTest, GoesToTheEndpointOfTheEnvironment) {
  environment_.set("AWS_ENDPOINT_URL", "https://aws.test:4566/");
  EXPECT_EQ(url_for("aws-sm://a"), "https://aws.test:4566/");
  environment_.set("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:4566");
  reader_.reset();
  EXPECT_EQ(url_for("aws-sm://a"), "http://127.0.0.1:4566/");
  EXPECT_EQ(world_.transports.back().plain_http_hosts.front(), "127.0.0.1:4566");
}

TEST_F(AwsReaderTest, RefusesAnEndpointThatCannotWork) {
  options_.endpoint = "http://aws.test";
  EXPECT_THAT(make_aws_reader(options_, world_.world()), Says("plain http"));
  options_.endpoint = "https://aws.test/path";
  EXPECT_THAT(make_aws_reader(options_, world_.world()), Says("has a path"));
}

TEST_F(AwsReaderTest, SignsByTheClockOfAwsAfterARefusal) {
  world_.answer(kExpired, 400, {{"date", "Fri, 15 Jan 2027 09:00:00 GMT"}});
  world_.answer(kSecret);
  ASSERT_THAT(read("aws-sm://a"), IsOk());
  EXPECT_EQ(header(world_.sent(0), "x-amz-date"), "20270115T080000Z");
  EXPECT_EQ(header(world_.sent(1), "x-amz-date"), "20270115T090000Z");
  world_.clock->advance(1min);
  world_.answer(kSecret);
  ASSERT_THAT(read("aws-sm://a"), IsOk());
  EXPECT_EQ(header(world_.sent(2), "x-amz-date"), "20270115T090100Z");
}

TEST_F(AwsReaderTest, SaysHowWrongTheClockIsWhenThatDoesNotHelp) {
  world_.answer(kExpired, 400, {{"date", "Fri, 15 Jan 2027 07:00:00 GMT"}});
  world_.answer(kExpired, 400, {{"date", "Fri, 15 Jan 2027 07:00:00 GMT"}});
  EXPECT_THAT(read("aws-sm://a"), AllOf(Says("3600 seconds ahead of"), Says("NTP")));
  EXPECT_EQ(world_.transport->count(), 2U);
  world_.answer(kExpired, 400);
  EXPECT_THAT(read("aws-sm://a"), Says("does not tell the time of AWS"));
}

TEST_F(AwsReaderTest, AsksOnceOnlyWithKeysThatStayTheSame) {
  ASSERT_EQ(url_for("aws-sm://a"), "https://secretsmanager.eu-west-1.amazonaws.com/");
  world_.answer(R"({"__type":"ExpiredTokenException","message":"expired"})", 400);
  EXPECT_THAT(read("aws-sm://a"), Says("ExpiredTokenException"));
  EXPECT_EQ(world_.transport->count(), 2U);
}

TEST_F(AwsReaderTest, QuotesNoSecretThatAwsEchoes) {
  options_.keys->session_token = Secret("canary-secret-session-token");
  world_.transport->reply([](const test_support::SentRequest& sent) -> Result<Response> {
    const std::string authorization = sent.credential("authorization");
    return test_support::answer(400, R"({"__type":"InvalidSignatureException","message":"should have been 'POST / )" +
                                         authorization.substr(authorization.rfind('=') + 1) +
                                         R"( x-amz-security-token:canary-secret-session-token'"})");
  });
  EXPECT_THAT(read("aws-sm://a"), AllOf(Says("InvalidSignatureException"), Says("left out"), Not(Says("canary-secret")),
                                        Says("belongs to the access key id")));
}

struct Refused {
  const char* name;
  int status;
  const char* body;
  const char* words;
  const char* remedy;
  bool retryable;
};

class AwsRefusalTest : public AwsReaderTest, public testing::WithParamInterface<Refused> {};

INSTANTIATE_TEST_SUITE_P(
    Types, AwsRefusalTest,
    testing::Values(
        Refused{"AccessDenied", 400, R"({"__type":"AccessDeniedException","Message":"User: arn is not authorized"})",
                "AccessDeniedException: User: arn is not authorized", "secretsmanager:GetSecretValue", false},
        Refused{"Kms", 400, R"({"__type":"AccessDeniedException","Message":"Access to KMS is not allowed"})",
                "Access to KMS", "kms:Decrypt", false},
        Refused{"Decryption", 400, R"({"__type":"DecryptionFailure","message":"cannot decrypt"})", "DecryptionFailure",
                "kms:Decrypt", false},
        Refused{
            "Missing", 400,
            R"({"__type":"com.amazonaws.secretsmanager#ResourceNotFoundException:http://internal","message":"can't"})",
            ": ResourceNotFoundException: can't", "describe-secret --secret-id a/b", false},
        Refused{"Deleted", 400, R"({"__type":"InvalidRequestException","message":"it was marked for deletion."})",
                "marked for deletion", "restore-secret --secret-id a/b", false},
        Refused{"Question", 400, R"({"__type":"InvalidRequestException","message":"another"})", "another",
                "belong together", false},
        Refused{"UnknownKey", 400, R"({"__type":"UnrecognizedClientException","message":"token is invalid"})",
                "UnrecognizedClientException", "Check the access key id", false},
        Refused{"Signature", 403,
                "<E><Error><Code>SignatureDoesNotMatch</Code><Message>calculated</Message></Error></E>",
                "SignatureDoesNotMatch: calculated", "belongs to the access key id", false},
        Refused{"Throttled", 400, R"({"__type":"ThrottlingException","message":"Rate exceeded"})", "Rate exceeded",
                "Wait", true},
        Refused{"Internal", 500, R"({"__type":"InternalServiceError","message":"oh"})", "InternalServiceError: oh",
                "unwell", true},
        Refused{"Internal400", 400, R"({"__type":"InternalServiceError","message":"oh"})", "oh", "unwell", true},
        Refused{"TooMany", 429, "", "status 429", "fewer processes", true},
        Refused{"Unavailable", 503, "<html>", "it refused (status 503)", "unwell", true},
        Refused{"Unknown", 400, R"({"__type":"NewException","message":"new"})", "NewException: new", "Errors", false}),
    [](const auto& test) { return test.param.name; });

TEST_P(AwsRefusalTest, SaysWhatItMeansAndWhatHelps) {
  const Refused& one = GetParam();
  world_.answer(one.body, one.status);
  const auto refused = read("aws-sm://a/b");
  EXPECT_THAT(refused,
              AllOf(Says(one.words), Says(one.remedy), Says("aws-sm://a/b"), Says("VaultOptions::aws.keys"),
                    Says("AWS Secrets Manager at secretsmanager.eu-west-1"), BlamedOn(Factor::kCredentialSource)));
  EXPECT_EQ(refused.error().retryable, one.retryable);
  EXPECT_EQ(world_.transport->count(), 1U);
}

TEST_F(AwsReaderTest, TakesTheTypeOfAHeader) {
  world_.answer(R"({"message":"no"})", 400, {{"x-amzn-errortype", "AccessDeniedException:http://internal"}});
  EXPECT_THAT(read("aws-sm://a"), AllOf(Says("AccessDeniedException: no"), Not(Says("internal"))));
}

}  // namespace
}  // namespace easypost_connect::internal
