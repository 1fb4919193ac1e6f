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
  auto identity =
      TlsIdentity::load(credentials_of(good_client()), pem(authority().certificate()), std::chrono::system_clock::now())
          .value();
  if (client == nullptr) {
    identity = identity->without_certificate();
  } else {
    identity =
        TlsIdentity::load(credentials_of(*client), pem(authority().certificate()), std::chrono::system_clock::now())
            .value();
  }
  TlsEvidence evidence{7, true};  // left over from a connection before
  const MemoryHandshake handshake(
      [&](SSL_CTX* context) {
        evidence.watch(context);
        EXPECT_TRUE(identity->install(context));
      },
      settings);
  return evidence;
}

TEST(TlsEvidence, SeesNothingOfAGoodHandshakeWithoutARequest) {
  ServerSettings settings;
  settings.demands_certificate = false;
  const TlsEvidence evidence = evidence_of(&good_client(), settings);
  EXPECT_EQ(evidence.alert, -1);
  EXPECT_FALSE(evidence.certificate_requested);
}

TEST(TlsEvidence, SeesThatTheServerAsksForACertificate) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    const TlsEvidence evidence = evidence_of(&good_client(), settings);
    EXPECT_EQ(evidence.alert, -1);
    EXPECT_TRUE(evidence.certificate_requested);
  }
}

TEST(TlsEvidence, SeesTheAlertForAMissingCertificate) {
  ServerSettings settings;
  EXPECT_EQ(tls_alert_name(evidence_of(nullptr, settings).alert), "certificate_required");
  settings.tls_version = TLS1_2_VERSION;
  const TlsEvidence evidence = evidence_of(nullptr, settings);
  EXPECT_EQ(tls_alert_name(evidence.alert), "handshake_failure");
  EXPECT_TRUE(evidence.certificate_requested);
}

TEST(TlsEvidence, SeesTheAlertForAnUnknownAuthority) {
  const sandbox::CertificateAuthority stranger;
  const sandbox::IssuedCertificate unknown = stranger.issue(client_profile());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ServerSettings settings;
    settings.tls_version = version;
    EXPECT_EQ(tls_alert_name(evidence_of(&unknown, settings).alert), "unknown_ca");
  }
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
