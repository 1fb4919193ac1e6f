// SPDX-License-Identifier: Apache-2.0
#include "transport/tls_connection.hpp"

#include <gtest/gtest.h>

#include "unit/identity/memory_handshake.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;

/// What a client sees of a handshake with this certificate, or with none.
TlsEvidence evidence_of(const sandbox::IssuedCertificate* client, const ServerSettings& settings,
                        std::string_view host = "127.0.0.1") {
  const auto trusted = pem(authority().certificate());
  const auto now = std::chrono::system_clock::now();
  auto identity = TlsIdentity::load(credentials_of(client != nullptr ? *client : good_client()), trusted, now).value();
  if (client == nullptr) identity = identity->without_certificate();
  std::shared_ptr<internal::TlsConnection> connection;
  {
    const MemoryHandshake handshake(
        [&](SSL_CTX* context) { connection = internal::TlsConnection::attach(context, identity, host); }, settings);
  }
  return connection->evidence();  // it outlives the connection
}

TEST(TlsConnection, SeesNothingOfAGoodHandshake) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    const TlsEvidence evidence = evidence_of(&good_client(), settings);
    EXPECT_EQ(evidence.alert, -1);
    EXPECT_FALSE(evidence.alert_sent);
    EXPECT_TRUE(evidence.certificate_requested);
    EXPECT_STREQ(evidence.version, version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
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

TEST(TlsConnection, ShowsTheCertificateToNobodyButTheHost) {
  // A handshake without a server name is one with an IP address; that is not this host.
  const TlsEvidence evidence = evidence_of(&good_client(), {}, "api.example");
  EXPECT_FALSE(evidence.certificate_requested);
  EXPECT_EQ(tls_alert_name(evidence.alert), "certificate_required");
}

TEST(TlsConnection, IsUnknownToAContextThatItWasNotAttachedTo) {
  const ContextPtr context(SSL_CTX_new(TLS_client_method()));
  const ConnectionPtr connection(SSL_new(context.get()));
  EXPECT_EQ(internal::TlsConnection::of(connection.get()), nullptr);
  EXPECT_EQ(internal::TlsConnection::of(nullptr), nullptr);
}

TEST(TlsConnection, SeesThatThisSideRefusedTheServer) {
  const sandbox::CertificateAuthority stranger;
  const sandbox::IssuedCertificate impostor = stranger.issue(sandbox::server_profile());
  ServerSettings settings;
  settings.certificate = &impostor;
  const TlsEvidence evidence = evidence_of(&good_client(), settings);
  EXPECT_TRUE(evidence.alert_sent);
  EXPECT_EQ(evidence.alert, -1);
}

}  // namespace
}  // namespace easypost_connect::unit_test
