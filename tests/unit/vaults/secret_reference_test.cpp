// SPDX-License-Identifier: Apache-2.0
#include "vaults/secret_reference.hpp"

#include <string>

#include <gtest/gtest.h>

#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using test_support::BlamedOn;
using test_support::IsOk;
using test_support::Says;
using testing::AllOf;
using testing::Not;

struct Parts {
  const char* name;
  const char* text;
  const char* scheme;
  const char* path;
  const char* field = "";
  const char* version = "";
};

class SecretReferenceParts : public testing::TestWithParam<Parts> {};

TEST_P(SecretReferenceParts, AreTakenApart) {
  const Parts& parts = GetParam();
  const auto reference = parse_reference(parts.text);
  ASSERT_THAT(reference, IsOk());
  EXPECT_EQ(reference->scheme, parts.scheme);
  EXPECT_EQ(reference->path, parts.path);
  EXPECT_EQ(reference->field, parts.field);
  EXPECT_EQ(reference->parameter("version"), parts.version);
}

INSTANTIATE_TEST_SUITE_P(
    , SecretReferenceParts,
    testing::Values(Parts{"Vault", "vault://secret/easypost/acc", "vault", "secret/easypost/acc"},
                    Parts{"VersionAndField", "vault://secret/a?version=3#api_key", "vault", "secret/a", "api_key", "3"},
                    Parts{"FieldAsInVals", "vault://secret/a#/api_key", "vault", "secret/a", "api_key"},
                    Parts{"CapitalScheme", "AWS-SM://prod/easypost", "aws-sm", "prod/easypost"},
                    Parts{"Arn", "aws-sm://arn:aws:secretsmanager:eu-west-1:123456789012:secret:easypost/acc-npWHPM",
                          "aws-sm", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:easypost/acc-npWHPM"},
                    Parts{"PercentEncoded", "vault://kv/with%20blank%23sharp", "vault", "kv/with blank#sharp"},
                    Parts{"AzureUrl", "https://v.vault.azure.net/secrets/api-key/123", "azure-kv",
                          "v.vault.azure.net/secrets/api-key/123"},
                    Parts{"File", "file:/run/secrets/key", "file", "/run/secrets/key"},
                    Parts{"FileUrl", "file:///run/secrets/key", "file", "/run/secrets/key"},
                    Parts{"Variable", "env:API_KEY", "env", "API_KEY"}),
    [](const auto& one) { return one.param.name; });

TEST(SecretReference, IsRefusedWithAReason) {
  EXPECT_THAT(parse_reference(""), Says("is empty"));
  EXPECT_THAT(parse_reference("vaults://secret/a"), AllOf(Says("\"vaults:\""), BlamedOn(Factor::kCredentialSource)));
  EXPECT_THAT(parse_reference("/run/secrets/key"), Says("none of the known schemes"));
  EXPECT_THAT(parse_reference("vault://"), Says("names no secret"));
  EXPECT_THAT(parse_reference("vault://a/%zz"), Says("'%'"));
  EXPECT_THAT(parse_reference("vault://a/b\nc"), Says("line break"));
}

TEST(SecretReference, QuotesNoUserAndPassword) {
  const auto reference = parse_reference("vault://user:hunter2hunter2@vault.example/secret/a");
  EXPECT_THAT(reference, AllOf(Says("user and password"), Not(Says("hunter2"))));
}

TEST(SecretReference, NamesAnUnknownParameter) {
  const auto reference = parse_reference("vault://secret/a?token=hvs.123");
  ASSERT_THAT(reference, IsOk());
  const auto checked = reference->check_parameters({"version", "kv"});
  EXPECT_THAT(checked, AllOf(Says("\"token\""), Says("version, kv"), Says("Secrets never")));
}

TEST(SecretReference, IsToldFromPathsAndPlainValues) {
  EXPECT_TRUE(is_reference("vault://secret/a"));
  EXPECT_TRUE(is_reference("https://v.vault.azure.net/secrets/a"));
  EXPECT_FALSE(is_reference("/etc/easypost/key.pem"));
  EXPECT_FALSE(is_reference("C:/key.pem"));
  EXPECT_FALSE(is_reference("-----BEGIN PRIVATE KEY-----\nenv:"));
}

}  // namespace
}  // namespace easypost_connect::internal
