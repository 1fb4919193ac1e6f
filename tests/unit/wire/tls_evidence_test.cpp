// SPDX-License-Identifier: Apache-2.0
#include "wire/tls_connection.hpp"

#include <set>

#include <gtest/gtest.h>

namespace easypost_connect::unit_test {
namespace {

using namespace internal;

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
