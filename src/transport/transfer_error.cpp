// SPDX-License-Identifier: Apache-2.0
#include "transport/transfer_error.hpp"

#include <openssl/x509.h>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

Error refused_certificate(const FailedTransfer& failed) {
  const std::string alert(tls_alert_name(failed.tls.alert));
  Error error =
      make_error(ErrorCode::kTls, Factor::kClientCertificate,
                 "The server refused the client certificate (TLS alert " + alert + ").",
                 "Check that the certificate was issued by the Portal of this environment and is not revoked.");
  if (failed.tls.alert == 45)
    error.remedy = "The certificate has expired for the server: get a new one from the Portal.";
  if (failed.tls.alert == 116) error.remedy = "Give a client certificate: this host demands one.";
  return error;
}

/// TLS 1.3 tells a client of its refused certificate only after the handshake, and the alert can be lost with the
/// connection.
bool may_be_refused_certificate(const FailedTransfer& failed) {
  if (!failed.tls.certificate_requested || failed.connection_reused) return false;
  switch (failed.code) {
    case CURLE_HTTP2:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2_STREAM: return true;
    default: return false;
  }
}

/// libcurl also says CURLE_PEER_FAILED_VERIFICATION when the *server* sent the alert certificate_expired; then the
/// result of our own verification is still at its initial value, and an alert was seen.
Error refused_server(const FailedTransfer& failed) {
  std::string reason = failed.text;
  if (failed.verify_result != X509_V_OK && failed.verify_result != X509_V_ERR_UNSPECIFIED) {
    reason = X509_verify_cert_error_string(failed.verify_result);
  }
  return make_error(ErrorCode::kTls, Factor::kServerCertificate,
                    "The server's certificate was not accepted: " + reason + ".",
                    "Check the URL; if the server uses a private certificate authority, give it as server_ca "
                    "(EASYPOST_CONNECT_CA_FILE).");
}

Error network(const FailedTransfer& failed, std::string remedy) {
  Error error = make_error(ErrorCode::kConnection, Factor::kNetwork, failed.text + ".", std::move(remedy));
  error.retryable = true;
  return error;
}

/// Without an alert from either side the connection just ended, as it does when a gateway restarts: unless that was the
/// server's way to refuse the certificate it had asked for.
Error handshake(const FailedTransfer& failed) {
  const bool just_ended = failed.tls.alert < 0 && !failed.tls.alert_sent && !failed.tls.certificate_requested;
  Error error = network(
      failed, just_ended ? "Try again; if it lasts, look for what ends connections between here and the server."
                         : "Check that the URL leads to a TLS port, and that the server speaks TLS 1.2 or 1.3.");
  error.code = ErrorCode::kTls;
  error.retryable = just_ended;
  return error;
}

Error by_code(const FailedTransfer& failed) {
  switch (failed.code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ISSUER_ERROR: return refused_server(failed);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CLIENTCERT:
      return make_error(ErrorCode::kTls, Factor::kClientCertificate, failed.text + ".",
                        "Check certificate and key: OpenSSL would not use them.");
    case CURLE_COULDNT_RESOLVE_HOST:
      return network(failed, "Check the host name in the URL, and the name servers of this machine.");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return network(failed, "Check the proxy in the environment variable https_proxy.");
    case CURLE_COULDNT_CONNECT:
      return network(failed, "Check host and port, and that a firewall lets the connection pass.");
    case CURLE_OPERATION_TIMEDOUT: {
      Error error = network(failed, "Check that the host answers, or allow more time.");
      error.code = ErrorCode::kTimeout;
      return error;
    }
    case CURLE_SSL_CONNECT_ERROR: return handshake(failed);
    case CURLE_SEND_FAIL_REWIND: {
      Error error = network(failed, "Find out whether the request was carried out before you send it again.");
      error.message = "The connection broke after the request had been sent, before an answer came.";
      return error;
    }
    case CURLE_PARTIAL_FILE: {
      Error error =
          network(failed, "Try again; if it lasts, something between here and the server cuts answers short.");
      error.code = ErrorCode::kMalformedResponse;
      return error;
    }
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return make_error(ErrorCode::kMalformedResponse, Factor::kService, failed.text + ".",
                        "Check that the URL leads to the API; something that does not speak HTTP answered.");
    case CURLE_URL_MALFORMAT:
      return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, failed.text + ".",
                        "Check the URL: libcurl cannot use it.");
    case CURLE_OUT_OF_MEMORY:
      return make_error(ErrorCode::kConnection, Factor::kRequest, "Out of memory.",
                        "Free memory, or send smaller requests.");
    default: return network(failed, "Try again; if it lasts, look for a proxy or firewall that closes connections.");
  }
}

}  // namespace

Error transfer_error(const FailedTransfer& failed) {
  Error error;
  if (is_client_certificate_alert(failed.tls.alert)) {
    error = refused_certificate(failed);
  } else if (failed.tls.alert == SSL_AD_HANDSHAKE_FAILURE && failed.tls.certificate_requested &&
             !failed.identity_given) {
    error = refused_certificate(failed);
  } else {
    error = by_code(failed);
    if (may_be_refused_certificate(failed) && failed.tls.alert < 0) {
      error.message += " The server had asked for the client certificate, so it may have refused it.";
    }
  }
  error.never_sent = failed.request_bytes_sent == 0;
  error.seen.tls_alert = tls_alert_name(failed.tls.alert);
  error.seen.transport = std::string(curl_easy_strerror(failed.code)) + " (" + std::to_string(failed.code) + ")";
  return error;
}

}  // namespace easypost_connect::internal
