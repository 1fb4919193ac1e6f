// SPDX-License-Identifier: Apache-2.0
#include "vaults/aws_signature.hpp"

#include <string>

#include <gtest/gtest.h>

namespace easypost_connect::internal {
namespace {

constexpr AwsHeader kContentType{"content-type", "application/x-amz-json-1.1"};
constexpr AwsHeader kTarget{"x-amz-target", "secretsmanager.GetSecretValue"};
constexpr AwsHeader kHost{"host", "secretsmanager.eu-west-1.amazonaws.com"};
constexpr const char* kToken = "canary-secret-token/+==";
constexpr const char* kBody = R"({"SecretId":"a"})";

/// A Signed is a request with the signature that botocore 1.44.8 gives it: tests/support/aws_signatures.py prints them.
struct Signed {
  const char* name;
  const char* region;
  const char* token;
  std::vector<AwsHeader> headers;
  const char* body;
  const char* signed_headers;
  const char* signature;
};

class AwsSignatureTest : public testing::TestWithParam<Signed> {};

INSTANTIATE_TEST_SUITE_P(
    Botocore, AwsSignatureTest,
    testing::Values(Signed{"Plain",
                           "eu-west-1",
                           "",
                           {kContentType, kHost, kTarget},
                           kBody,
                           "content-type;host;x-amz-date;x-amz-target",
                           "b3cd52dfcf89f1a772e4b8d96a0443529351fcdc031f55dd17dc91c9fcedb8e1"},
                    Signed{"SessionToken",
                           "eu-west-1",
                           kToken,
                           {kContentType, kHost, kTarget},
                           kBody,
                           "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                           "e3970d0eca3ccaf7fca203d1e87558b765e1e98ec04e567e2b4a986b286da8e4"},
                    Signed{"Port",
                           "eu-west-1",
                           "",
                           {kTarget, {"host", "127.0.0.1:18300"}, kContentType},
                           kBody,
                           "content-type;host;x-amz-date;x-amz-target",
                           "d15bc0cb6be73c48c688e3396122c00b91ec7ce7926aae71a7fd532fea9d1a2d"},
                    Signed{"China",
                           "cn-north-1",
                           kToken,
                           {kContentType, kTarget, {"host", "secretsmanager.cn-north-1.amazonaws.com.cn"}},
                           kBody,
                           "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                           "c449260ec520a2986209aaa13ea3ed6429013576f220a13a0d97765dbff7e447"},
                    Signed{"OtherHeaders",
                           "eu-west-1",
                           "",
                           {{"x-zebra", "last"}, kTarget, kHost, {"accept", "application/json"}, kContentType},
                           kBody,
                           "accept;content-type;host;x-amz-date;x-amz-target;x-zebra",
                           "bddbe8c0653696c0aec008585b0ad0f9e2d4bceda80afb36ca5367c2217fdfd7"},
                    Signed{"EmptyBody",
                           "us-gov-west-1",
                           kToken,
                           {{"host", "secretsmanager-fips.us-gov-west-1.amazonaws.com"}, kTarget, kContentType},
                           "",
                           "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                           "5992cd66e739fbaab7d38768cf4dbff23069bf5738cf48469bd9f996dd79bf8e"}),
    [](const auto& test) { return test.param.name; });

TEST_P(AwsSignatureTest, IsThatOfBotocore) {
  const Signed& one = GetParam();
  const vaults::AwsKeys keys{"AKIDEXAMPLE", Secret("canary-secret/key+of=aws"), Secret(one.token)};
  const Secret authorization =
      aws_authorization(keys, {one.region, "secretsmanager"}, {one.headers, one.body}, "20261125T144135Z");
  EXPECT_EQ(authorization.expose(), std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/") + one.region +
                                        "/secretsmanager/aws4_request, SignedHeaders=" + one.signed_headers +
                                        ", Signature=" + one.signature);
}

TEST(AmzDateTest, IsInUtc) { EXPECT_EQ(amz_date(WallTime(std::chrono::seconds(1'795'617'695))), "20261125T144135Z"); }

}  // namespace
}  // namespace easypost_connect::internal
