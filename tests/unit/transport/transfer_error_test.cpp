// SPDX-License-Identifier: Apache-2.0
#include "transport/transfer_error.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "result_matchers.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

/// A transfer with our certificate at hand.
FailedTransfer failed(CURLcode code, std::string text = "libcurl's text") {
  FailedTransfer transfer;
  transfer.code = code;
  transfer.text = std::move(text);
  transfer.verify_result = X509_V_ERR_UNSPECIFIED;  // its value before any verification
  transfer.identity_given = true;
  return transfer;
}

FailedTransfer with_alert(CURLcode code, int alert) {
  FailedTransfer transfer = failed(code);
  transfer.tls.alert = alert;
  transfer.tls.certificate_requested = true;
  return transfer;
}

struct Seen {
  CURLcode code;
  int alert;
  const char* name;
};

// The codes and alerts with which real servers refused a client certificate: HAProxy, Apache, stunnel, nghttpx; TLS 1.2
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
    {CURLE_SSL_CLIENTCERT, 116, "certificate_required"},
    {CURLE_GOT_NOTHING, 42, "bad_certificate"},
    {CURLE_SSL_CONNECT_ERROR, 40, "handshake_failure"},  // after the request for a certificate: about that
    {CURLE_SSL_CONNECT_ERROR, 51, "decrypt_error"},      // the proof with the key was wrong
};

TEST(TransferError, AnAlertAboutTheCertificateDecidesWhateverTheCode) {
  for (const auto& [code, alert, name] : kRefusals) {
    SCOPED_TRACE(name);
    const Error error = transfer_error(with_alert(code, alert));
    EXPECT_THAT(error,
                AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kClientCertificate), Says(name), Not(IsRetryable())));
    EXPECT_EQ(error.seen.tls_alert, name);
    EXPECT_THAT(error.seen.transport, ::testing::HasSubstr("(" + std::to_string(code) + ")"));
  }
}

TEST(TransferError, SaysWhatToDoAboutTheCertificate) {
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 42)), Says("clocks"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 43)), Says("clientAuth"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 44)), Says("Make a new key"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 45)), Says("get a new one from the Portal"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 48)), AllOf(Says("this environment"), Says("intermediate")));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 49)), Says("Ask EasyPost"));
  EXPECT_THAT(transfer_error(with_alert(CURLE_RECV_ERROR, 51)), Says("private key"));
}

TEST(TransferError, SaysWhoDemandsACertificateThatWasNotShown) {
  for (const int alert : {40, 42, 116}) {
    FailedTransfer transfer = with_alert(CURLE_RECV_ERROR, alert);
    transfer.identity_given = false;
    EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kClientCertificate), Says("demands"),
                                                Says("oauth_client.present_client_certificate")));
  }
}

TEST(TransferError, AHandshakeFailureBeforeTheRequestForACertificateIsNotAboutOne) {
  FailedTransfer transfer = with_alert(CURLE_SSL_CONNECT_ERROR, 40);
  transfer.tls.certificate_requested = false;
  EXPECT_THAT(transfer_error(transfer), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kNetwork)));
  transfer.tls.alert = 51;
  EXPECT_THAT(transfer_error(transfer), AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kNetwork)));
}

TEST(TransferError, AFailedVerificationIsAboutTheServersCertificate) {
  for (const long result : {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_CERT_HAS_EXPIRED}) {
    FailedTransfer transfer = failed(CURLE_PEER_FAILED_VERIFICATION);
    transfer.verify_result = result;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kServerCertificate), Says("EASYPOST_CONNECT_CA_FILE"),
                      Says(X509_verify_cert_error_string(result)), Not(IsRetryable())));
  }
}

TEST(TransferError, AWrongHostNameIsAboutTheServersCertificate) {  // found after OpenSSL's own verification passed
  for (const long result : {X509_V_ERR_UNSPECIFIED, X509_V_OK}) {
    FailedTransfer transfer = failed(CURLE_PEER_FAILED_VERIFICATION, "no alternative certificate subject name matches");
    transfer.verify_result = result;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(BlamedOn(Factor::kServerCertificate), Says("no alternative certificate subject name matches")));
  }
}

// The ways in which connections of refused certificates ended without a word, of many servers.
constexpr CURLcode kEnds[] = {CURLE_HTTP2,      CURLE_PARTIAL_FILE, CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING,
                              CURLE_SEND_ERROR, CURLE_RECV_ERROR,   CURLE_HTTP2_STREAM};

TEST(TransferError, BlamesTheCertificateWhenTheAlertMayBeLostAndSaysWhatElseItCanBe) {
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
    transfer.tls.alert_sent = false;
    transfer.tls.alert = 80;  // internal_error: the reason is known
    EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kNetwork), Says("internal_error")));
  }
}

TEST(TransferError, ACutStreamCanBeAnEarlyRefusalOfSomethingElse) {  // HAProxy, a large POST over HTTP/2
  FailedTransfer transfer = failed(CURLE_HTTP2_STREAM);
  transfer.tls.certificate_requested = true;
  EXPECT_THAT(transfer_error(transfer), AllOf(Says("API key"), Says("without a body")));
}

TEST(TransferError, BlamesTheNetworkWhereTheCertificateHasBeenAcceptedBefore) {
  for (const CURLcode code : kEnds) {
    FailedTransfer transfer = failed(code);
    transfer.tls.certificate_requested = true;
    transfer.accepted_before = true;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(BlamedOn(Factor::kNetwork), Says("most likely on the way"), Says("revoked or expired since")));
  }
}

TEST(TransferError, AnEndedConnectionWithoutTheDemandedCertificateSaysSo) {
  FailedTransfer transfer = failed(CURLE_RECV_ERROR);
  transfer.tls.certificate_requested = true;
  transfer.identity_given = false;
  EXPECT_THAT(transfer_error(transfer),
              AllOf(BlamedOn(Factor::kClientCertificate), Says("got none"), Says("present_client_certificate")));
}

TEST(TransferError, DoesNotHintWhereACertificateCannotBeTheReason) {
  for (const CURLcode code :
       {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_OUT_OF_MEMORY}) {
    FailedTransfer transfer = failed(code);
    transfer.tls.certificate_requested = true;
    EXPECT_THAT(transfer_error(transfer), Not(Says("client certificate"))) << code;
  }
}

TEST(TransferError, AProxyAnswersForItselfUntilTheTunnelStands) {  // CURLE_RECV_ERROR (measured)
  FailedTransfer transfer = failed(CURLE_RECV_ERROR);
  transfer.tls.certificate_requested = true;
  transfer.tls.alert = 116;  // of a proxy that is spoken to over TLS
  transfer.proxy.setting.variable = "https_proxy";
  transfer.proxy.status = 403;
  EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kNetwork), Says("403")));
  EXPECT_TRUE(transfer_error(transfer).never_sent);
  transfer.proxy.passed = true;
  EXPECT_THAT(transfer_error(transfer), BlamedOn(Factor::kClientCertificate));
}

struct Mapping {
  CURLcode curl;
  ErrorCode code;
  Factor factor;
  bool retryable;
};

TEST(TransferError, MapsTheOtherCodes) {
  constexpr Mapping kMappings[] = {
      {CURLE_COULDNT_RESOLVE_HOST, ErrorCode::kConnection, Factor::kNetwork, true},
      {CURLE_COULDNT_RESOLVE_PROXY, ErrorCode::kConnection, Factor::kNetwork, true},
      {CURLE_PROXY, ErrorCode::kConnection, Factor::kNetwork, true},
      {CURLE_COULDNT_CONNECT, ErrorCode::kConnection, Factor::kNetwork, true},
      {CURLE_SEND_ERROR, ErrorCode::kConnection, Factor::kNetwork, true},
      {CURLE_RECV_ERROR, ErrorCode::kConnection, Factor::kNetwork, true},
      {CURLE_GOT_NOTHING, ErrorCode::kConnection, Factor::kNetwork, true},
      {CURLE_OPERATION_TIMEDOUT, ErrorCode::kTimeout, Factor::kNetwork, true},
      {CURLE_SSL_CONNECT_ERROR, ErrorCode::kTls, Factor::kNetwork, true},
      {CURLE_SSL_CERTPROBLEM, ErrorCode::kTls, Factor::kClientCertificate, false},
      {CURLE_SSL_CLIENTCERT, ErrorCode::kTls, Factor::kClientCertificate, false},
      {CURLE_SSL_ISSUER_ERROR, ErrorCode::kTls, Factor::kServerCertificate, false},
      {CURLE_SSL_PINNEDPUBKEYNOTMATCH, ErrorCode::kTls, Factor::kServerCertificate, false},
      {CURLE_PARTIAL_FILE, ErrorCode::kMalformedResponse, Factor::kNetwork, true},
      {CURLE_WEIRD_SERVER_REPLY, ErrorCode::kMalformedResponse, Factor::kService, false},
      {CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::kMalformedResponse, Factor::kService, false},  // HTTP/0.9 answered
      {CURLE_BAD_CONTENT_ENCODING, ErrorCode::kMalformedResponse, Factor::kService, false},
      {CURLE_OUT_OF_MEMORY, ErrorCode::kConnection, Factor::kRequest, false},
  };
  for (const auto& row : kMappings) {
    SCOPED_TRACE(row.curl);
    const Error error = transfer_error(failed(row.curl));
    EXPECT_THAT(error, AllOf(IsError(row.code), BlamedOn(row.factor)));
    EXPECT_EQ(error.retryable, row.retryable);
    EXPECT_EQ(error.seen.tls_alert, "");
    EXPECT_EQ(error.seen.http_status, 0);
  }
}

TEST(TransferError, AHandshakeThatJustEndsIsWorthARetryButNotOneThatWasRefused) {
  FailedTransfer transfer = failed(CURLE_SSL_CONNECT_ERROR);
  EXPECT_THAT(transfer_error(transfer), AllOf(IsError(ErrorCode::kTls), IsRetryable()));
  transfer.tls.alert_sent = true;
  EXPECT_THAT(transfer_error(transfer), Not(IsRetryable()));
  transfer.tls = {};
  transfer.tls.alert = 70;  // protocol_version
  EXPECT_THAT(transfer_error(transfer), Not(IsRetryable()));
  transfer.tls = {};
  transfer.tls.certificate_requested = true;
  EXPECT_THAT(transfer_error(transfer), Not(IsRetryable()));
}

TEST(TransferError, KnowsWhetherAnythingWasSent) {
  FailedTransfer transfer = failed(CURLE_RECV_ERROR);
  EXPECT_TRUE(transfer_error(transfer).never_sent);
  transfer.request_bytes_sent = 1;
  EXPECT_FALSE(transfer_error(transfer).never_sent);
}

TEST(TransferError, AUrlThatLibcurlCannotUseIsTheCallersAndNotWorthARetry) {
  EXPECT_THAT(transfer_error(failed(CURLE_URL_MALFORMAT)),
              AllOf(IsError(ErrorCode::kInvalidRequest), BlamedOn(Factor::kRequest), Not(IsRetryable())));
}

TEST(TransferError, EveryCodeGetsAMessageARemedyAndItsName) {
  for (int code = 1; code < CURL_LAST; ++code) {
    const Error error = transfer_error(failed(static_cast<CURLcode>(code)));
    EXPECT_FALSE(error.message.empty()) << code;
    EXPECT_FALSE(error.remedy.empty()) << code;
    EXPECT_THAT(error.seen.transport, ::testing::EndsWith(" (" + std::to_string(code) + ")"));
  }
}

}  // namespace
}  // namespace easypost_connect::internal
