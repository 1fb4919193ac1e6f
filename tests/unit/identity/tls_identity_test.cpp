// SPDX-License-Identifier: Apache-2.0
#include "identity/tls_identity.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "identity/certificate_checks.hpp"
#include "result_matchers.hpp"
#include "unit/identity/memory_handshake.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using namespace std::chrono_literals;
using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

using IdentityPtr = std::shared_ptr<const TlsIdentity>;

Result<IdentityPtr> load(const ClientCertificate& certificate, std::chrono::seconds from_now = 0s) {
  return TlsIdentity::load(certificate, pem(authority().certificate()), std::chrono::system_clock::now() + from_now);
}

MemoryHandshake handshake(const IdentityPtr& identity, const ServerSettings& settings = {}) {
  return MemoryHandshake([&](SSL_CTX* context) { install(*identity, context); }, settings);
}

/// Makes a certificate that began an hour ago and ends in a day. It is made anew, because "now" moves on.
ClientCertificate client_until_tomorrow() {
  sandbox::CertificateProfile profile = client_profile();
  profile.valid_from = -1h;
  profile.valid_until = 24h;
  return credentials_of(authority().issue(profile));
}

TEST(TlsIdentity, LoadsACertificateAndItsKey) {
  const auto identity = load(credentials_of(good_client()));
  ASSERT_THAT(identity, IsOk());
  EXPECT_TRUE((*identity)->has_certificate());
}

TEST(TlsIdentity, LoadsAnRsaPair) {  // the kind the EasyPost guide makes
  EXPECT_THAT(load(credentials_of(authority().issue())), IsOk());
}

TEST(TlsIdentity, LoadsAnEncryptedKey) { EXPECT_THAT(load(credentials_of(encrypted_client(), kPassphrase)), IsOk()); }

TEST(TlsIdentity, NeedsThePassphraseOfAnEncryptedKey) {
  EXPECT_THAT(load(credentials_of(encrypted_client())),
              AllOf(IsError(ErrorCode::kInvalidCredential), Says("no passphrase")));
  EXPECT_THAT(load(credentials_of(encrypted_client(), "canary-secret-wrong")),
              AllOf(IsError(ErrorCode::kInvalidCredential), Says("wrong passphrase"), Not(Says("canary"))));
}

TEST(TlsIdentity, RefusesAKeyOfAnotherCertificate) {
  const auto of_another = AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate),
                                Says("EASYPOST_CONNECT_CLIENT_KEY"), Says("does not belong to the certificate"));
  ClientCertificate mixed = credentials_of(good_client());
  mixed.private_key = pem(other_client().private_key);
  EXPECT_THAT(load(mixed), of_another);
  mixed.private_key = pem(authority().issue().private_key);  // RSA instead of P-256
  EXPECT_THAT(load(mixed), of_another);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(TlsIdentity, RefusesACertificateOutsideItsTime) {
  const ClientCertificate good = client_until_tomorrow();
  EXPECT_THAT(load(good, 23h), IsOk());
  EXPECT_THAT(load(good, 25h), AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kClientCertificate),
                                     Says("EASYPOST_CONNECT_CLIENT_CERT"), Says("expired on 20"), Says(" UTC")));
  EXPECT_THAT(load(good, -59min), IsOk());
  EXPECT_THAT(load(good, -61min), AllOf(IsError(ErrorCode::kInvalidCredential), Says("is not valid before 20"),
                                        Says("clock of this machine")));
}

TEST(TlsIdentity, RefusesCertificatesThatWereMadeExpiredOrForTheFuture) {
  sandbox::CertificateProfile profile = client_profile();
  profile.valid_from = -2h;
  profile.valid_until = -1h;
  EXPECT_THAT(load(credentials_of(authority().issue(profile))), Says("expired on"));
  profile.valid_from = 1h;
  profile.valid_until = 2h;
  EXPECT_THAT(load(credentials_of(authority().issue(profile))), Says("is not valid before"));
}

TEST(TlsIdentity, NamesTheFieldThatHoldsGarbage) {
  ClientCertificate credentials = credentials_of(good_client());
  credentials.certificate = pem("garbage");
  EXPECT_THAT(load(credentials), Says("EASYPOST_CONNECT_CLIENT_CERT"));
  credentials = credentials_of(good_client());
  credentials.private_key = pem("garbage");
  EXPECT_THAT(load(credentials), Says("EASYPOST_CONNECT_CLIENT_KEY"));
  EXPECT_THAT(TlsIdentity::load(credentials_of(good_client()), pem("garbage"), std::chrono::system_clock::now()),
              AllOf(IsError(ErrorCode::kInvalidCredential), BlamedOn(Factor::kServerCertificate),
                    Says("EASYPOST_CONNECT_CA_FILE")));
  EXPECT_THAT(TlsIdentity::load(credentials_of(good_client()), TlsMaterial::file("/does/not/exist"),
                                std::chrono::system_clock::now()),
              Says("EASYPOST_CONNECT_CA_FILE"));
}

TEST(TlsIdentity, WithoutAnAuthorityTrustsTheSystem) {
  const auto identity = TlsIdentity::load(credentials_of(good_client()), {}, std::chrono::system_clock::now());
  ASSERT_THAT(identity, IsOk());
  EXPECT_FALSE(handshake(*identity).client_succeeded());  // the system does not know the tests' authority
}

TEST(TlsIdentity, PassesAHandshakeThatDemandsACertificate) {
  const auto identity = load(credentials_of(good_client())).value();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    const MemoryHandshake result = handshake(identity, settings);
    EXPECT_TRUE(result.client_succeeded());
    EXPECT_TRUE(result.server_succeeded());
    EXPECT_EQ(result.certificates_received(), 1);
  }
}

TEST(TlsIdentity, SendsTheWholeChainButNotItsRoot) {
  const sandbox::CertificateAuthority issuing = authority().issue_authority("issuing");
  const sandbox::IssuedCertificate client = issuing.issue(client_profile());
  ClientCertificate credentials = credentials_of(client);
  credentials.certificate = pem(client.certificate + issuing.certificate() + authority().certificate());
  const MemoryHandshake result = handshake(load(credentials).value());
  EXPECT_TRUE(result.server_succeeded());
  EXPECT_EQ(result.certificates_received(), 2);
}

TEST(TlsIdentity, ServesManyConnections) {
  const auto identity = load(credentials_of(good_client())).value();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(handshake(identity).server_succeeded());
}

TEST(TlsIdentity, AConnectionOutlivesTheIdentity) {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  const SslPtr connection(SSL_new(context.get()));
  {
    const IdentityPtr identity = load(credentials_of(good_client())).value();
    identity->install_trust(context.get());
    EXPECT_TRUE(identity->present(connection.get()));
  }
  EXPECT_NE(SSL_get_certificate(connection.get()), nullptr);
  EXPECT_EQ(SSL_check_private_key(connection.get()), 1);
}

TEST(TlsIdentity, KnowsWhenItsCertificateExpires) {
  const WallTime expires_at = load(client_until_tomorrow()).value()->expires_at();
  const WallTime tomorrow = std::chrono::system_clock::now() + 24h;
  EXPECT_LE(expires_at, tomorrow);
  EXPECT_GT(expires_at, tomorrow - 10min);
}

TEST(TlsIdentity, ACertificateMayOutliveTheRangeOfTheClock) {  // the clock's range ends in 2262
  sandbox::CertificateProfile profile = client_profile();
  profile.valid_until = std::chrono::hours(24 * 365 * 500);
  const auto identity = load(credentials_of(authority().issue(profile)));
  ASSERT_THAT(identity, IsOk());
  EXPECT_GT((*identity)->expires_at(), std::chrono::system_clock::now() + std::chrono::hours(24 * 365 * 100));
}

TEST(TlsIdentity, ACertificateOfLongAgoEndsBeforeTheClockCanTell) {
  for (const char* end : {"00010101000000Z", "15000101000000Z"}) {  // an overflow makes 1754 and 2084 of them
    const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time(ASN1_TIME_new(), &ASN1_TIME_free);
    ASSERT_EQ(ASN1_TIME_set_string(time.get(), end), 1);
    const WallTime expires_at = to_wall_time(time.get()).value();
    EXPECT_EQ(std::chrono::system_clock::to_time_t(expires_at), -2'208'988'800) << end;  // 1900
    EXPECT_LT(expires_at - std::chrono::system_clock::now(), 0s);  // the time left does not overflow
  }
}

TEST(TlsIdentity, WithoutItsCertificateShowsNoneButTrustsTheSame) {
  const IdentityPtr bare = load(credentials_of(good_client())).value()->without_certificate();
  EXPECT_FALSE(bare->has_certificate());
  ServerSettings asks_for_none;
  asks_for_none.demands_certificate = false;
  EXPECT_TRUE(handshake(bare, asks_for_none).client_succeeded());
  const MemoryHandshake refused = handshake(bare);
  EXPECT_FALSE(refused.server_succeeded());
  EXPECT_EQ(refused.certificates_received(), 0);
}

TEST(TlsIdentity, RefusesAServerOfAnotherAuthority) {
  const sandbox::CertificateAuthority stranger;
  const sandbox::IssuedCertificate impostor = stranger.issue(sandbox::server_profile());
  ServerSettings settings;
  settings.certificate = &impostor;
  const MemoryHandshake result = handshake(load(credentials_of(good_client())).value(), settings);
  EXPECT_FALSE(result.client_succeeded());
  EXPECT_FALSE(result.server_succeeded());
  EXPECT_NE(result.client_verify_result(), X509_V_OK);
  EXPECT_EQ(result.certificates_received(), 0);  // the client showed none
}

}  // namespace
}  // namespace easypost_connect::unit_test
