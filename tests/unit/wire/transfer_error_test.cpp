// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer_error.hpp"
#include "wire/curl_library.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "result_matchers.hpp"
#include "unit/wire/failed_transfer.hpp"

namespace easypost_connect::internal {
namespace {

using namespace test_support;
using ::testing::AllOf;
using ::testing::Not;

TEST(TransferError, AFailedVerificationIsAboutTheServersCertificate) {
  struct {
    long result;
    bool own_authorities;
    const char* remedy;
  } const rows[] = {
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, false, "give it as server_ca (EASYPOST_CONNECT_CA_FILE)"},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, true, "and what server_ca (EASYPOST_CONNECT_CA_FILE) holds"},
      {X509_V_ERR_HOSTNAME_MISMATCH, true, "its host is api.example.test, and the server's certificate is for another"},
      {X509_V_ERR_CERT_HAS_EXPIRED, false, "Check the clock of this machine"},
  };
  for (const auto& row : rows) {
    FailedTransfer transfer = failed(CURLE_PEER_FAILED_VERIFICATION);
    transfer.host = "api.example.test";
    transfer.verify_result = row.result;
    transfer.own_authorities = row.own_authorities;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(IsError(ErrorCode::kTls), BlamedOn(Factor::kServerCertificate), Says(row.remedy),
                      Says(X509_verify_cert_error_string(row.result)), Not(IsRetryable())));
  }
}

TEST(TransferError, ATimeoutNamesTheHostAndHowFarItCame) {
  FailedTransfer transfer = failed(CURLE_OPERATION_TIMEDOUT, curl_easy_strerror(CURLE_OPERATION_TIMEDOUT));
  transfer.host = "api.example.test";
  EXPECT_THAT(transfer_error(transfer), Says("api.example.test could not be reached in time: nothing was sent."));
  transfer.connected = true;
  EXPECT_THAT(transfer_error(transfer), Says("did not complete the TLS handshake in time: nothing was sent."));
  transfer.ready = true;
  EXPECT_THAT(transfer_error(transfer), Says("took no request in time: nothing was sent."));
  transfer.request_bytes_sent = 100;
  EXPECT_THAT(transfer_error(transfer), Says("The request was not sent whole to api.example.test in time."));
  transfer.request_whole = true;
  EXPECT_THAT(transfer_error(transfer), Says("api.example.test did not answer the request in time."));
  transfer.text = "Connection timed out after 300 milliseconds";
  EXPECT_THAT(transfer_error(transfer), Says("after 300 milliseconds."));
}

// libcurl finds it after OpenSSL's own verification passed
TEST(TransferError, AWrongHostNameIsAboutTheServersCertificate) {
  for (const long result : {X509_V_ERR_UNSPECIFIED, X509_V_OK}) {
    FailedTransfer transfer = failed(CURLE_PEER_FAILED_VERIFICATION, "no alternative certificate subject name matches");
    transfer.verify_result = result;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(BlamedOn(Factor::kServerCertificate), Says("no alternative certificate subject name matches")));
  }
}

TEST(TransferError, AProxyAnswersForItselfUntilTheTunnelStands) {  // CURLE_RECV_ERROR (measured)
  FailedTransfer transfer = failed(CURLE_RECV_ERROR);
  transfer.tls.certificate_requested = true;
  transfer.tls.alert = 116;  // the proxy is spoken to over TLS and sent it
  transfer.proxy.setting.variable = "https_proxy";
  transfer.proxy.status = 403;
  EXPECT_THAT(transfer_error(transfer), AllOf(BlamedOn(Factor::kNetwork), Says("403")));
  EXPECT_TRUE(transfer_error(transfer).never_sent);
  transfer.proxy.passed = true;
  EXPECT_THAT(transfer_error(transfer), BlamedOn(Factor::kClientCertificate));
}

TEST(TransferError, AnAnswerThatHasBegunIsNotOneThatNeverCame) {
  for (const long status : {200L, 302L, 503L}) {
    for (const CURLcode code : kEnds) {
      FailedTransfer transfer = failed(code);
      transfer.tls.certificate_requested = true;
      transfer.status = status;
      EXPECT_THAT(transfer_error(transfer),
                  AllOf(IsError(ErrorCode::kMalformedResponse), BlamedOn(Factor::kNetwork),
                        Says("status " + std::to_string(status)), Not(Says("client certificate")), IsRetryable()));
    }
    FailedTransfer stalled = failed(CURLE_OPERATION_TIMEDOUT);
    stalled.status = status;
    EXPECT_THAT(transfer_error(stalled), AllOf(IsError(ErrorCode::kTimeout), Says("status " + std::to_string(status)),
                                               Says("did not come to its end")));
  }
}

TEST(TransferError, NamesTheIssuerAndTheProxyThatMayLookIntoTls) {
  FailedTransfer transfer = failed(CURLE_PEER_FAILED_VERIFICATION);
  transfer.verify_result = X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
  transfer.tls.refused_issuer = "CN=Corp Inspection CA";
  EXPECT_THAT(transfer_error(transfer), AllOf(Says("issued by CN=Corp Inspection CA"), Not(Says("proxy"))));
  transfer.proxy.setting = {"https_proxy", "http", "proxy.corp", "3128", ProxyLogin::kNone, ""};
  transfer.proxy.passed = true;
  EXPECT_THAT(transfer_error(transfer),
              AllOf(BlamedOn(Factor::kServerCertificate), Says("server_ca"), Says("proxy.corp:3128 (https_proxy)"),
                    Says("let this host pass unopened")));
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
      {newer::kSslClientCert, ErrorCode::kTls, Factor::kClientCertificate, false},
      {CURLE_SSL_ISSUER_ERROR, ErrorCode::kTls, Factor::kServerCertificate, false},
      {CURLE_SSL_PINNEDPUBKEYNOTMATCH, ErrorCode::kTls, Factor::kServerCertificate, false},
      {CURLE_PARTIAL_FILE, ErrorCode::kMalformedResponse, Factor::kNetwork, true},
      {CURLE_WEIRD_SERVER_REPLY, ErrorCode::kMalformedResponse, Factor::kService, false},
      {CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::kMalformedResponse, Factor::kService, false},  // HTTP/0.9 answered
      {CURLE_BAD_CONTENT_ENCODING, ErrorCode::kMalformedResponse, Factor::kService, false},
      {CURLE_OUT_OF_MEMORY, ErrorCode::kConnection, Factor::kRequest, true},
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

TEST(TransferError, BlamesNobodyElseForAProcessWithoutDescriptors) {
  for (const CURLcode code : {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT}) {
    FailedTransfer transfer = failed(code);
    transfer.no_descriptors = true;
    EXPECT_THAT(transfer_error(transfer),
                AllOf(BlamedOn(Factor::kRequest), Says("no file descriptors"), IsRetryable()));
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

TEST(TransferError, AServerThatSpeaksNoTlsIsNotTriedAgain) {
  const auto error = transfer_error(failed(CURLE_SSL_CONNECT_ERROR, "OpenSSL/3.0: SSL routines::wrong version number"));
  EXPECT_THAT(error, AllOf(IsError(ErrorCode::kTls), Says("leads to a TLS port"), Not(IsRetryable())));
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
