// SPDX-License-Identifier: Apache-2.0
#include "transport/tls_evidence.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "identity/tls_identity.hpp"
#include "unit/identity/memory_handshake.hpp"

namespace easypost_connect::unit_test {
namespace {

using namespace internal;

/// What a client sees of a handshake with this certificate, or with none.
TlsEvidence evidence_of(const sandbox::IssuedCertificate* client, const ServerSettings& settings) {
  const auto trusted = pem(authority().certificate());
  const auto now = std::chrono::system_clock::now();
  auto identity = TlsIdentity::load(credentials_of(client != nullptr ? *client : good_client()), trusted, now).value();
  if (client == nullptr) identity = identity->without_certificate();
  TlsEvidence evidence{7, true, true, "TLSv9"};  // left over from a connection before
  const MemoryHandshake handshake(
      [&](SSL_CTX* context) {
        evidence.watch(context);
        install(*identity, context);
      },
      settings);
  return evidence;
}

TEST(TlsEvidence, SeesNothingOfAGoodHandshake) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    const TlsEvidence evidence = evidence_of(&good_client(), settings);
    EXPECT_EQ(evidence.alert, -1);
    EXPECT_FALSE(evidence.alert_sent);
    EXPECT_FALSE(evidence.certificate_requested);  // for the transport to say
    EXPECT_STREQ(evidence.version, version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
  }
}

TEST(TlsEvidence, SeesTheAlertForAMissingCertificate) {
  ServerSettings settings;
  EXPECT_EQ(tls_alert_name(evidence_of(nullptr, settings).alert), "certificate_required");
  settings.tls_version = TLS1_2_VERSION;
  EXPECT_EQ(tls_alert_name(evidence_of(nullptr, settings).alert), "handshake_failure");
}

TEST(TlsEvidence, SeesTheAlertForAnUnknownAuthority) {
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

TEST(TlsEvidence, SeesThatThisSideRefusedTheServer) {
  const sandbox::CertificateAuthority stranger;
  const sandbox::IssuedCertificate impostor = stranger.issue(sandbox::server_profile());
  ServerSettings settings;
  settings.certificate = &impostor;
  const TlsEvidence evidence = evidence_of(&good_client(), settings);
  EXPECT_TRUE(evidence.alert_sent);
  EXPECT_EQ(evidence.alert, -1);
}

TEST(TlsAlertName, IsThatOfRfc8446) {
  EXPECT_EQ(tls_alert_name(40), "handshake_failure");
  EXPECT_EQ(tls_alert_name(42), "bad_certificate");
  EXPECT_EQ(tls_alert_name(44), "certificate_revoked");
  EXPECT_EQ(tls_alert_name(45), "certificate_expired");
  EXPECT_EQ(tls_alert_name(48), "unknown_ca");
  EXPECT_EQ(tls_alert_name(70), "protocol_version");
  EXPECT_EQ(tls_alert_name(116), "certificate_required");
}

TEST(TlsAlertName, IsEmptyForNoneAndUnassignedForTheUnknown) {
  EXPECT_EQ(tls_alert_name(-1), "");
  EXPECT_EQ(tls_alert_name(1), "unassigned");
  EXPECT_EQ(tls_alert_name(255), "unassigned");
}

TEST(TlsAlertName, IsDifferentForEachAlert) {
  std::set<std::string> names;
  int known = 0;
  for (int alert = 0; alert < 256; ++alert) {
    if (tls_alert_name(alert) == "unassigned") continue;
    names.emplace(tls_alert_name(alert));
    ++known;
  }
  EXPECT_EQ(known, 26);
  EXPECT_EQ(names.size(), 26U);
}

TEST(IsClientCertificateAlert, KnowsTheVerdictsOnACertificate) {
  const std::set<int> verdicts = {42, 43, 44, 45, 46, 48, 49, 116};
  for (int alert = -1; alert < 256; ++alert)
    EXPECT_EQ(is_client_certificate_alert(alert), verdicts.count(alert) == 1) << alert;
}

}  // namespace
}  // namespace easypost_connect::unit_test
