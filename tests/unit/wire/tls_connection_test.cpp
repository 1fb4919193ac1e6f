// SPDX-License-Identifier: Apache-2.0
#include "wire/tls_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/handshake_state.hpp"
#include "unit/identity/memory_handshake.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Peer = internal::TlsConnection::Peer;

std::shared_ptr<const TlsIdentity> identity_of(const sandbox::IssuedCertificate& client) {
  return TlsIdentity::load(credentials_of(client), pem(authority().certificate()), std::chrono::system_clock::now())
      .value();
}

struct Handshake {
  std::shared_ptr<internal::TlsConnection> connection;  // outlives the handshake
  bool client_succeeded = false;
  bool server_succeeded = false;
  int certificates_received = 0;

  [[nodiscard]] const TlsEvidence& evidence() const { return connection->evidence(); }
};

Handshake handshake_of(const std::shared_ptr<const TlsIdentity>& identity, const ServerSettings& settings,
                       Peer peer = Peer::kServer) {
  Handshake made;
  const auto attach = [&](SSL_CTX* context) {
    made.connection = internal::TlsConnection::attach(context, identity, peer);
  };
  const MemoryHandshake handshake(attach, settings);
  made.client_succeeded = handshake.client_succeeded();
  made.server_succeeded = handshake.server_succeeded();
  made.certificates_received = handshake.certificates_received();
  return made;
}

/// Returns what a client sees of a handshake with this certificate, or with none.
TlsEvidence evidence_of(const sandbox::IssuedCertificate* client, const ServerSettings& settings) {
  auto identity = identity_of(client != nullptr ? *client : good_client());
  if (client == nullptr) identity = identity->without_certificate();
  return handshake_of(identity, settings).evidence();
}

TEST(HandshakeState, HasTheNumbersOfTheHeaders) {
  const auto here = [](const internal::HandshakeState& state) {
    return OPENSSL_VERSION_NUMBER < 0x30200000L ? state.before_3_2 : state.now;
  };
  EXPECT_EQ(here(internal::kReadsCertificateRequest), TLS_ST_CR_CERT_REQ);
  EXPECT_EQ(here(internal::kWritesClientProof), TLS_ST_CW_CERT_VRFY);
  EXPECT_EQ(here(internal::kReadsServerProof), TLS_ST_CR_CERT_VRFY);
  EXPECT_EQ(here(internal::kWritesServerProof), TLS_ST_SW_CERT_VRFY);
}

TEST(TlsConnection, SeesTheCertificateAskedForAndShown) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    const TlsEvidence evidence = evidence_of(&good_client(), settings);
    EXPECT_EQ(evidence.alert, -1);
    EXPECT_FALSE(evidence.alert_sent);
    EXPECT_TRUE(evidence.certificate_requested);
    EXPECT_TRUE(evidence.certificate_shown);
    EXPECT_FALSE(evidence.certificate_withheld);
    EXPECT_FALSE(evidence.resumed);
    EXPECT_STREQ(evidence.version, version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
  }
}

TEST(TlsConnection, SeesThatNobodyAsked) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    settings.demands_certificate = false;
    const auto identity = identity_of(good_client());
    const Handshake handshake = handshake_of(identity, settings);
    EXPECT_FALSE(handshake.evidence().certificate_requested);
    EXPECT_FALSE(handshake.evidence().certificate_shown);
    EXPECT_TRUE(handshake.connection->may_carry(*identity));
  }
}

TEST(TlsConnection, SeesTheAlertForAMissingCertificate) {
  ServerSettings settings;
  EXPECT_EQ(tls_alert_name(evidence_of(nullptr, settings).alert), "certificate_required");
  settings.tls_version = TLS1_2_VERSION;
  EXPECT_EQ(tls_alert_name(evidence_of(nullptr, settings).alert), "handshake_failure");
}

TEST(TlsConnection, SeesTheAlertForAnUnknownAuthority) {
  const sandbox::CertificateAuthority stranger;
  const sandbox::IssuedCertificate unknown = stranger.issue(client_profile());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    const TlsEvidence evidence = evidence_of(&unknown, settings);
    EXPECT_EQ(tls_alert_name(evidence.alert), "unknown_ca");
    EXPECT_FALSE(evidence.alert_sent);
  }
}

struct Unprovable {
  int tls_version;
  sandbox::KeyType key;
  const char* signatures;  // the signatures that the server takes
  const char* own_kind;
  const char* kinds_taken;
};

// A server that takes no signature of the client's key would get an empty certificate from OpenSSL.
constexpr Unprovable kUnprovable[] = {
    {TLS1_2_VERSION, sandbox::KeyType::kP256, "RSA+SHA256", "EC P-256", "kinds: RSA"},
    {TLS1_2_VERSION, sandbox::KeyType::kP256, "RSA-PSS+SHA256:ed25519", "EC P-256", "kinds: RSA, ED25519"},
    {TLS1_2_VERSION, sandbox::KeyType::kRsa2048, "ECDSA+SHA256:ECDSA+SHA384", "RSA", "kinds: EC"},
    {TLS1_2_VERSION, sandbox::KeyType::kRsa2048, "rsa_pss_pss_sha256", "RSA", "kinds: RSA-PSS"},
    {TLS1_3_VERSION, sandbox::KeyType::kP256, "rsa_pss_rsae_sha256", "EC P-256", "kinds: RSA"},
    {TLS1_3_VERSION, sandbox::KeyType::kP256, "ECDSA+SHA384:ECDSA+SHA512", "EC P-256", "kinds: EC P-384, EC P-521"},
    {TLS1_3_VERSION, sandbox::KeyType::kRsa2048, "ECDSA+SHA256", "RSA", "kinds: EC P-256"},
    {TLS1_3_VERSION, sandbox::KeyType::kRsa2048, "ed25519:ed448", "RSA", "kinds: ED25519, ED448"},
    {TLS1_3_VERSION, sandbox::KeyType::kRsa2048, "RSA+SHA256:ECDSA+SHA256", "RSA", "kinds: EC P-256"},
};

TEST(TlsConnection, EndsAHandshakeInWhichTheCertificateCannotBeShown) {
  for (const auto& row : kUnprovable) {
    SCOPED_TRACE(std::string(row.signatures) + (row.tls_version == TLS1_2_VERSION ? ", TLS 1.2" : ", TLS 1.3"));
    sandbox::CertificateProfile profile;
    profile.key_type = row.key;
    const auto identity = identity_of(authority().issue(profile));
    ServerSettings settings;
    settings.tls_version = row.tls_version;
    settings.signatures = row.signatures;
    const Handshake handshake = handshake_of(identity, settings);
    EXPECT_FALSE(handshake.client_succeeded);
    EXPECT_FALSE(handshake.server_succeeded);
    EXPECT_TRUE(handshake.evidence().certificate_requested);
    EXPECT_FALSE(handshake.evidence().certificate_shown);
    EXPECT_TRUE(handshake.evidence().certificate_withheld);
    EXPECT_FALSE(handshake.connection->may_carry(*identity));
    EXPECT_THAT(handshake.evidence().why_withheld,
                AllOf(HasSubstr(std::string("its key is ") + row.own_kind + ','), HasSubstr(row.kinds_taken)));
  }
}

TEST(TlsConnection, LetsOneWithoutACertificateAnswerWithNone) {
  const auto identity = identity_of(good_client())->without_certificate();
  ServerSettings settings;
  settings.tls_version = TLS1_2_VERSION;
  settings.signatures = "RSA+SHA256";
  const Handshake handshake = handshake_of(identity, settings);
  EXPECT_EQ(tls_alert_name(handshake.evidence().alert), "handshake_failure");  // the server got an answer
  EXPECT_FALSE(handshake.evidence().certificate_withheld);
  EXPECT_TRUE(handshake.connection->may_carry(*identity));
}

TEST(TlsConnection, ShowsTheCertificateToNoProxy) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    const auto identity = identity_of(good_client());
    const Handshake handshake = handshake_of(identity, settings, Peer::kProxy);
    EXPECT_EQ(handshake.certificates_received, 0);
    EXPECT_FALSE(handshake.evidence().certificate_shown);
    EXPECT_TRUE(handshake.evidence().certificate_requested);
    // No call goes over the connection, should a server ever be taken for a proxy.
    EXPECT_FALSE(handshake.connection->may_carry(*identity));
  }
}

TEST(TlsConnection, CarriesRequestsOfItsOwnIdentityOnly) {
  const auto identity = identity_of(good_client());
  const auto other = identity_of(other_client());
  const Handshake handshake = handshake_of(identity, {});
  EXPECT_TRUE(handshake.connection->may_carry(*identity));
  EXPECT_FALSE(handshake.connection->may_carry(*other));
  EXPECT_FALSE(handshake.connection->may_carry(*identity->without_certificate()));
}

TEST(TlsConnection, SeesThatThisSideRefusedTheServer) {
  const sandbox::CertificateAuthority stranger;
  const sandbox::IssuedCertificate impostor = stranger.issue(sandbox::server_profile());
  ServerSettings settings;
  settings.certificate = &impostor;
  const TlsEvidence evidence = evidence_of(&good_client(), settings);
  EXPECT_TRUE(evidence.alert_sent);
  EXPECT_EQ(evidence.alert, -1);
  EXPECT_FALSE(evidence.certificate_withheld);  // the certificate never had its turn
  EXPECT_THAT(evidence.why_withheld, IsEmpty());
}

}  // namespace
}  // namespace easypost_connect::unit_test
