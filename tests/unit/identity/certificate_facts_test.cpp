// SPDX-License-Identifier: Apache-2.0
#include <easypost_connect/certificate_facts.hpp>

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "result_matchers.hpp"
#include "temporary_folder.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using WallTime = std::chrono::system_clock::time_point;

ClientCertificate only(const TlsMaterial& certificate) { return {certificate, {}, {}}; }

CertificateFacts facts_of(const std::string& text) { return certificate_facts(only(pem(text))).value().front(); }

// A test with openssl compares the values with those of other tools: tests/integration/csr_and_inspect.sh.

TEST(CertificateFacts, NamesTheDigestInBothNotations) {
  const CertificateFacts facts = facts_of(good_client().certificate);
  ASSERT_EQ(facts.sha256.size(), 64U);
  ASSERT_EQ(facts.x5t_s256.size(), 43U);  // 32 bytes in base64, without the padding
  std::string base64 = facts.x5t_s256 + '=';
  std::replace(base64.begin(), base64.end(), '-', '+');
  std::replace(base64.begin(), base64.end(), '_', '/');
  unsigned char bytes[33] = {};
  ASSERT_EQ(EVP_DecodeBlock(bytes, reinterpret_cast<const unsigned char*>(base64.data()), 44), 33);
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(std::stoi(facts.sha256.substr(2 * i, 2), nullptr, 16), bytes[i]);
}

TEST(CertificateFacts, AreNoneOfAnothersDigest) {
  EXPECT_NE(facts_of(good_client().certificate).sha256, facts_of(other_client().certificate).sha256);
}

TEST(CertificateFacts, KeepsLettersAndEscapesWhatControlsATerminal) {
  sandbox::CertificateProfile profile = client_profile();
  profile.common_name = "K\xc3\xa4serei \n\x1b[31m";
  EXPECT_EQ(facts_of(authority().issue(profile).certificate).subject, "CN=K\xc3\xa4serei \\0A\\1B[31m");
}

TEST(CertificateFacts, KnowsValidityKeyAndNumber) {
  const WallTime now = std::chrono::system_clock::now();
  const CertificateFacts facts = facts_of(good_client().certificate);  // valid for 90 days, an hour of it past
  EXPECT_LE(facts.not_before, now - 1h);
  EXPECT_GT(facts.not_before, now - 2h);
  EXPECT_EQ(facts.days_left(now), 89);
  EXPECT_TRUE(facts.valid_at(now));
  EXPECT_EQ(facts.public_key.type, "EC");
  EXPECT_EQ(facts.public_key.bits, 256);
  EXPECT_EQ(facts.serial_number.size(), 32U);  // the authority draws 16 bytes
}

TEST(CertificateFacts, CoversEveryCertificateInOrder) {
  const auto facts = certificate_facts(only(pem(good_client().certificate + authority().certificate())));
  ASSERT_THAT(facts, IsOk());
  ASSERT_EQ(facts->size(), 2U);
  EXPECT_EQ((*facts)[0].subject, "CN=sandbox-client");
  EXPECT_EQ((*facts)[0].issuer, (*facts)[1].subject);
  EXPECT_EQ((*facts)[1].subject, "CN=sandbox certificate authority");
}

TEST(CertificateFacts, KnowsWhatACertificateIsFor) {
  const CertificateFacts client = facts_of(good_client().certificate);
  EXPECT_THAT(client.purposes, ElementsAre("clientAuth"));
  EXPECT_TRUE(client.may_be_client);
  const CertificateFacts server = facts_of(authority().issue(sandbox::server_profile()).certificate);
  EXPECT_THAT(server.purposes, ElementsAre("serverAuth"));
  EXPECT_FALSE(server.may_be_client);
  EXPECT_THAT(facts_of(authority().certificate()).purposes, IsEmpty());
}

TEST(CertificateFacts, ReadsOneThatIsOutsideItsTime) {
  sandbox::CertificateProfile profile = client_profile();
  profile.valid_from = -2h;
  profile.valid_until = -1h;
  const CertificateFacts facts = facts_of(authority().issue(profile).certificate);
  EXPECT_FALSE(facts.valid_at(std::chrono::system_clock::now()));
  EXPECT_EQ(facts.days_left(std::chrono::system_clock::now()), -1);
}

TEST(CertificateFacts, CountsWholeDays) {
  CertificateFacts facts;
  facts.not_before = WallTime(0h);
  facts.not_after = WallTime(48h);
  EXPECT_EQ(facts.days_left(WallTime(0h)), 2);
  EXPECT_EQ(facts.days_left(WallTime(1s)), 1);
  EXPECT_EQ(facts.days_left(WallTime(48h)), 0);
  EXPECT_EQ(facts.days_left(WallTime(48h + 1s)), -1);
  EXPECT_TRUE(facts.valid_at(WallTime(0h)));
  EXPECT_TRUE(facts.valid_at(WallTime(48h)));
  EXPECT_FALSE(facts.valid_at(WallTime(48h + 1s)));
  EXPECT_FALSE(facts.valid_at(WallTime(-1s)));
}

TEST(CertificateFacts, AValidityMayOutlastTheClock) {
  sandbox::CertificateProfile profile = client_profile();
  profile.valid_until = std::chrono::hours(24 * 365 * 500);
  EXPECT_GT(facts_of(authority().issue(profile).certificate).days_left(std::chrono::system_clock::now()), 365 * 100);
}

TEST(CertificateFacts, ReadsAFile) {
  const TemporaryFolder folder;
  EXPECT_THAT(certificate_facts(only(TlsMaterial::file(folder.write("client.crt", good_client().certificate)))),
              IsOk());
  EXPECT_THAT(certificate_facts(only(TlsMaterial::file(folder.path("none")))), Says("cannot be opened"));
  EXPECT_THAT(certificate_facts(only(pem("garbage"))), IsError(ErrorCode::kInvalidCredential));
}

TEST(PrivateKeyFacts, TellsTheKind) {
  const auto facts = private_key_facts(credentials_of(good_client()));
  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts->type, "EC");
  EXPECT_EQ(facts->bits, 256);
  EXPECT_FALSE(facts->encrypted);
  EXPECT_EQ(facts->certificate, 0U);
  EXPECT_FALSE(facts->in_token);
  EXPECT_EQ(private_key_facts(credentials_of(authority().issue())).value().type, "RSA");
  EXPECT_EQ(private_key_facts(credentials_of(authority().issue())).value().bits, 2048);
}

TEST(PrivateKeyFacts, TellsAKeyOfAnotherCertificate) {
  ClientCertificate mixed = credentials_of(good_client());
  mixed.private_key = pem(other_client().private_key);
  EXPECT_EQ(private_key_facts(mixed).value().certificate, std::nullopt);
  mixed.private_key = pem(authority().issue().private_key);  // RSA instead of P-256
  EXPECT_EQ(private_key_facts(mixed).value().certificate, std::nullopt);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(PrivateKeyFacts, TellsWhetherItIsEncrypted) {
  const auto facts = private_key_facts(credentials_of(encrypted_client(), kPassphrase));
  ASSERT_THAT(facts, IsOk());
  EXPECT_TRUE(facts->encrypted);
  EXPECT_FALSE(private_key_facts(credentials_of(good_client(), kPassphrase)).value().encrypted);
  EXPECT_THAT(private_key_facts(credentials_of(encrypted_client())), Says("no passphrase"));
  EXPECT_THAT(private_key_facts(credentials_of(encrypted_client(), "canary-secret-wrong")), Says("wrong passphrase"));
}

TEST(PrivateKeyFacts, FindsTheKeyBesideTheCertificate) {
  ClientCertificate both;
  both.certificate = pem(good_client().private_key + good_client().certificate);
  EXPECT_EQ(private_key_facts(both).value().certificate, 0U);
  both.certificate = pem(authority().certificate() + good_client().certificate + good_client().private_key);
  EXPECT_EQ(private_key_facts(both).value().certificate, 1U);
  both.certificate = pem(good_client().certificate);
  EXPECT_THAT(private_key_facts(both), IsError(ErrorCode::kInvalidCredential));
}

}  // namespace
}  // namespace easypost_connect::unit_test
