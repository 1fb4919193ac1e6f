// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sandbox/certificate_authority.hpp"
#include "signed_jwt.hpp"
#include "vaults/jwt.hpp"

namespace easypost_connect::internal {
namespace {

using test_support::SignedJwt;

TEST(Jwt, IsSignedByTheKey) {
  const auto pair = sandbox::issue_self_signed();
  const KeyPtr key = rsa_key_in(Secret(pair.private_key));
  ASSERT_NE(key, nullptr);
  const auto token = signed_jwt(R"({"alg":"RS256"})", R"({"iss":"me"})", *key, JwtAlgorithm::kRs256);
  ASSERT_TRUE(token);
  const SignedJwt read(token->expose(), pair.certificate);
  EXPECT_TRUE(read.is_genuine);
  EXPECT_EQ(read.header["alg"], "RS256");
  EXPECT_EQ(read.claims["iss"], "me");
  EXPECT_FALSE(SignedJwt(token->expose(), sandbox::issue_self_signed().certificate).is_genuine);
}

TEST(Jwt, IsNotMadeWithoutAPlainRsaKey) {
  sandbox::CertificateProfile elliptic;
  elliptic.key_type = sandbox::KeyType::kP256;
  sandbox::CertificateProfile encrypted;
  encrypted.passphrase = "passphrase";
  for (const auto& key : {sandbox::issue_self_signed(elliptic).private_key,
                          sandbox::issue_self_signed(encrypted).private_key, std::string("no PEM"), std::string()}) {
    EXPECT_EQ(rsa_key_in(Secret(key)), nullptr);
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
}

}  // namespace
}  // namespace easypost_connect::internal
