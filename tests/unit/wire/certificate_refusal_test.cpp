// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer_error.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.hpp"
#include "unit/wire/failed_transfer.hpp"
#include "wire/curl_library.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

struct Seen {
  CURLcode code;
  int alert;
  const char* name;
};

// Real servers refused a client certificate with these codes and alerts: HAProxy, Apache, stunnel, nghttpx; TLS 1.2
// and 1.3.
constexpr Seen kRefusals[] = {
    {CURLE_SSL_CONNECT_ERROR, 42, "bad_certificate"},
    {CURLE_SSL_CONNECT_ERROR, 43, "unsupported_certificate"},
    {CURLE_SSL_CONNECT_ERROR, 44, "certificate_revoked"},
    {CURLE_SSL_CONNECT_ERROR, 46, "certificate_unknown"},
    {CURLE_SSL_CONNECT_ERROR, 48, "unknown_ca"},
    {CURLE_SSL_CONNECT_ERROR, 49, "access_denied"},
    {CURLE_PEER_FAILED_VERIFICATION, 45, "certificate_expired"},
    {CURLE_RECV_ERROR, 45, "certificate_expired"},
    {CURLE_RECV_ERROR, 48, "unknown_ca"},
    {CURLE_RECV_ERROR, 44, "certificate_revoked"},
    {CURLE_RECV_ERROR, 116, "certificate_required"},
    {CURLE_SEND_ERROR, 116, "certificate_required"},
    {newer::kSslClientCert, 116, "certificate_required"},
    {CURLE_GOT_NOTHING, 42, "bad_certificate"},
    // the server had asked for a certificate before, so it is about that
    {CURLE_SSL_CONNECT_ERROR, 40, "handshake_failure"},
    {CURLE_SSL_CONNECT_ERROR, 51, "decrypt_error"},  // the proof with the key was wrong
};

TEST(CertificateRefusal, AnAlertAboutTheCertificateDecidesWhateverTheCode) {
  for (const auto& [code, alert, name] : kRefusals) {
    SCOPED_TRACE(name);
    const Error error = transfer_error(with_alert(code, alert));
    EXPECT_THAT(error,
                AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate), Says(name), Not(IsRetryable())));
    EXPECT_EQ(error.seen.tls_alert, name);
    EXPECT_THAT(error.seen.transport, ::testing::HasSubstr("(" + std::to_string(code) + ")"));
  }
}

TEST(CertificateRefusal, SaysWhatToDoAboutTheCertificate) {
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 42)), Says("clocks"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 43)), Says("clientAuth"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 44)), Says("Make a new key"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 45)), Says("get a new one from the Portal"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 48)), AllOf(Says("this environment"), Says("intermediate")));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 49)), Says("Ask EasyPost"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 51)), Says("issuer of the same name"));
}

struct DoubtfulAlert {
  int alert;
  const char* name;
  // likelier reason, which is a certificate of this kind; null if the certificate is the less likely reason
  const char* gist;
};

// Such alerts are made for something else, and came after the server had asked for the certificate.
constexpr DoubtfulAlert kDoubtfulAlerts[] = {
    {80, "internal_error", "BoringSSL"},    {47, "illegal_parameter", "curve"},
    {50, "decode_error", "cannot read"},    {71, "insufficient_security", "too weak"},
    {10, "unexpected_message", nullptr},    {20, "bad_record_mac", nullptr},
    {22, "record_overflow", nullptr},       {70, "protocol_version", nullptr},
    {109, "missing_extension", nullptr},    {110, "unsupported_extension", nullptr},
    {112, "unrecognized_name", nullptr},    {113, "bad_certificate_status_response", nullptr},
    {115, "unknown_psk_identity", nullptr}, {120, "no_application_protocol", nullptr},
    {255, "unassigned", nullptr},
};

TEST(CertificateRefusal, AnyAlertAfterTheRequestForTheCertificateNamesItFirstOrSecond) {
  for (const auto& [alert, name, gist] : kDoubtfulAlerts) {
    for (const CURLcode code : {CURLE_SSL_CONNECT_ERROR, CURLE_RECV_ERROR}) {
      SCOPED_TRACE(name);
      const FailedTransfer transfer = with_alert(code, alert);
      const Factor factor = gist != nullptr ? Factor::kClientCertificate : Factor::kNetwork;
      EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(factor), Says(name), Says("refused the certificate"),
                                                  Says("most likely"), Says("otherwise")));
      if (gist == nullptr) continue;
      EXPECT_THAT(transfer_error(transfer), AllOf(Says(gist), Not(IsRetryable())));
    }
  }
}

TEST(CertificateRefusal, AnAlertOfAHostThatAcceptedTheCertificateNamesItSecond) {
  for (const auto& row : kDoubtfulAlerts) {
    FailedTransfer transfer = with_alert(CURLE_RECV_ERROR, row.alert);
    transfer.accepted_before = true;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(BlamedOn(Factor::kNetwork), Says(row.name), Says("accepted"), Says("revoked or expired since")));
  }
}

TEST(CertificateRefusal, AnAlertToOneThatShowedNothingNamesTheDemandFirst) {
  for (const auto& row : kDoubtfulAlerts) {
    FailedTransfer transfer = with_alert(CURLE_RECV_ERROR, row.alert);
    transfer.identity_given = false;
    EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kClientCertificate), Says(row.name), Says("demands"),
                                                Says("present_client_certificate")));
  }
}

TEST(CertificateRefusal, AnAlertBeforeTheRequestForTheCertificateIsNotAboutIt) {
  for (const auto& row : kDoubtfulAlerts) {
    FailedTransfer transfer = with_alert(CURLE_SSL_CONNECT_ERROR, row.alert);
    transfer.tls.certificate_requested = false;
    EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kNetwork), Not(Says("client certificate"))));
  }
}

TEST(CertificateRefusal, ACertificateThatCouldNotBeShownEndsTheCall) {
  for (const CURLcode code : {CURLE_SSL_CONNECT_ERROR, CURLE_ABORTED_BY_CALLBACK, CURLE_OPERATION_TIMEDOUT}) {
    FailedTransfer transfer = failed(code);
    transfer.tls.certificate_withheld = true;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate), Says("could not be shown"),
                      Says("of a kind that the server takes"), Says("easypost-connect csr"), Not(IsRetryable())));
    EXPECT_TRUE(transfer_error(transfer).never_sent);
    transfer.tls.why_withheld = "its key is EC brainpoolP256r1";
    EXPECT_THAT(transfer_error(transfer), Says("brainpoolP256r1"));
  }
}

TEST(CertificateRefusal, OfAKeyThatDidNotSignIsAboutThatKey) {
  FailedTransfer transfer = failed(CURLE_SSL_CONNECT_ERROR);
  transfer.tls.certificate_requested = true;
  transfer.tls.alert_sent = true;
  transfer.tls.why_unproven = "PKCS#11 module: Device removed";
  EXPECT_THAT(transfer_error(transfer),
              AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate), Says("did not sign"),
                    Says("Device removed"), Says("reload()"), Not(IsRetryable())));
  EXPECT_TRUE(transfer_error(transfer).never_sent);
}

TEST(CertificateRefusal, SaysWhoDemandsACertificateThatWasNotShown) {
  for (const int alert : {40, 42, 116}) {
    FailedTransfer transfer = with_alert(CURLE_RECV_ERROR, alert);
    transfer.identity_given = false;
    EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kClientCertificate), Says("demands"),
                                                Says("oauth_client.present_client_certificate")));
  }
}

TEST(CertificateRefusal, AHandshakeFailureBeforeTheRequestForACertificateIsNotAboutOne) {
  FailedTransfer transfer = with_alert(CURLE_SSL_CONNECT_ERROR, 40);
  transfer.tls.certificate_requested = false;
  EXPECT_THAT(transfer_error(transfer), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kNetwork)));
  transfer.tls.alert = 51;
  EXPECT_THAT(transfer_error(transfer), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kNetwork)));
}

TEST(CertificateRefusal, BlamesTheCertificateWhenTheAlertMayBeLostAndSaysWhatElseItCanBe) {
  for (const CURLcode code : kEnds) {
    SCOPED_TRACE(code);
    FailedTransfer transfer = failed(code);
    EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kNetwork), Not(Says("client certificate"))));
    transfer.tls.certificate_requested = true;
    EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kClientCertificate), Says("most likely"),
                                                Says("otherwise"), Says("libcurl's text")));
    EXPECT_EQ(transfer_error(transfer).retryable, code != CURLE_SSL_CONNECT_ERROR);
    transfer.tls.alert_sent = true;  // this side ended it
    EXPECT_THAT(transfer_error(transfer), BlamedOn(Factor::kNetwork));
  }
}

TEST(CertificateRefusal, ACutStreamCanBeAnEarlyRefusalOfSomethingElse) {  // HAProxy, a large POST over HTTP/2
  FailedTransfer transfer = failed(CURLE_HTTP2_STREAM);
  transfer.tls.certificate_requested = true;
  EXPECT_THAT(transfer_error(transfer), AllOf(Says("API key"), Says("without a body")));
}

TEST(CertificateRefusal, BlamesTheNetworkWhereTheCertificateHasBeenAcceptedBefore) {
  for (const CURLcode code : kEnds) {
    FailedTransfer transfer = failed(code);
    transfer.tls.certificate_requested = true;
    transfer.accepted_before = true;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(BlamedOn(Factor::kNetwork), Says("most likely on the way"), Says("revoked or expired since"),
                      IsRetryable()));  // a gateway that restarts does so in its handshake, too
  }
}

TEST(CertificateRefusal, AnEndedConnectionWithoutTheDemandedCertificateSaysSo) {
  FailedTransfer transfer = failed(CURLE_RECV_ERROR);
  transfer.tls.certificate_requested = true;
  transfer.identity_given = false;
  EXPECT_THAT(transfer_error(transfer),
              AllOf(BlamedOn(Factor::kClientCertificate), Says("got none"), Says("present_client_certificate")));
}

TEST(CertificateRefusal, DoesNotHintWhereACertificateCannotBeTheReason) {
  for (const CURLcode code :
       {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_OUT_OF_MEMORY}) {
    FailedTransfer transfer = failed(code);
    transfer.tls.certificate_requested = true;
    EXPECT_THAT(transfer_error(transfer), Not(Says("client certificate"))) << code;
  }
}

TEST(CertificateRefusal, AnInterimAnswerAcceptsTheCertificate) {  // 100 (Continue)
  FailedTransfer transfer = failed(CURLE_RECV_ERROR);
  transfer.tls.certificate_requested = true;
  transfer.status = 100;
  EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kNetwork), Not(Says("client certificate"))));
}

}  // namespace
}  // namespace easypost_connect::internal
