// SPDX-License-Identifier: Apache-2.0
#include "transport/transfer_error.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

/// What to do about a certificate, by the alert that refused it (measured with nginx, HAProxy, Apache, stunnel; RFC
/// 8446, section 6.2).
const char* certificate_remedy(int alert) noexcept {
  switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
      return "Compare the certificate's dates with the clocks of both sides; if they fit, get a new one from the "
             "Portal.";
    case SSL_AD_UNSUPPORTED_CERTIFICATE: return "Get a certificate for clients (clientAuth) from the Portal.";
    case SSL_AD_CERTIFICATE_REVOKED: return "Make a new key, and get a new certificate from the Portal.";
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "The certificate has expired for the server: get a new one from the Portal.";
    case SSL_AD_UNKNOWN_CA:
      return "Check that the Portal of this environment issued the certificate, and that the intermediate ones follow "
             "it in its file.";
    case SSL_AD_ACCESS_DENIED: return "Ask EasyPost to admit this certificate: it is valid and not allowed here.";
    case SSL_AD_DECRYPT_ERROR: return "Check that the private key is the one the certificate was made for.";
    default: return "Check that the certificate was issued by the Portal of this environment and is not revoked.";
  }
}

constexpr const char* kPresentOne =
    "Give a client certificate: this host demands one (for the token endpoint: "
    "oauth_client.present_client_certificate).";

Error refused_certificate(const FailedTransfer& failed) {
  const std::string alert(tls_alert_name(failed.tls.alert));
  return make_error(ErrorCode::kTls, Factor::kClientCertificate,
                    failed.identity_given ? "The server refused the client certificate (TLS alert " + alert + ")."
                                          : "The server demands a client certificate (TLS alert " + alert + ").",
                    failed.identity_given ? certificate_remedy(failed.tls.alert) : kPresentOne);
}

/// Both sides have agreed on how to speak before the server asks for a certificate (RFC 8446, section 4.3.2; RFC 5246,
/// section 7.4.4). So an alert that could be about that is, from then on, about the certificate or the proof with its
/// key.
bool is_refused_certificate(const FailedTransfer& failed) {
  const int alert = failed.tls.alert;
  if (is_client_certificate_alert(alert)) return true;
  return failed.tls.certificate_requested && (alert == SSL_AD_HANDSHAKE_FAILURE || alert == SSL_AD_DECRYPT_ERROR);
}

/// The server asked for the certificate, and the connection ended without a word of TLS or HTTP. TLS 1.3 tells a client
/// of its refused certificate only after the handshake, and the alert can be lost with the connection (measured: up to
/// nine times in ten, over HTTP/2 on loopback); some servers send none at all.
bool may_be_refused_certificate(const FailedTransfer& failed) {
  if (!failed.tls.certificate_requested || failed.tls.alert >= 0 || failed.tls.alert_sent) return false;
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

/// Says what it can be, likeliest first; the code and whether to try again stay as they are.
void blame_the_likeliest(const FailedTransfer& failed, Error& error) {
  const std::string seen = " (libcurl: " + failed.text + ").";
  if (!failed.identity_given) {
    error.factor = Factor::kClientCertificate;
    error.message =
        "The server asked for a client certificate, got none and ended the connection: most likely it "
        "demands one, otherwise the connection broke" +
        seen;
    error.remedy = kPresentOne;
  } else if (failed.accepted_before) {
    error.message =
        "The connection broke, most likely on the way, because this server has accepted the client "
        "certificate before; otherwise the certificate was revoked or expired since" +
        seen;
  } else if (failed.code == CURLE_HTTP2_STREAM) {
    error.factor = Factor::kClientCertificate;
    error.message =
        "The server asked for the client certificate and cut the request off without an answer: most likely "
        "it refused the certificate, otherwise the API key or a body it found too large, or the connection broke" +
        seen;
    error.remedy = "Make a call without a body with the same credentials: its answer may say which.";
  } else {
    error.factor = Factor::kClientCertificate;
    error.message =
        "The server asked for the client certificate and ended the connection without an answer: most likely "
        "it refused the certificate, otherwise the connection broke" +
        seen;
    error.remedy =
        "Try again, because a second try often shows the reason; then check that the certificate was issued "
        "by the Portal of this environment and is neither expired nor revoked.";
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

Error timed_out(const FailedTransfer& failed) {
  Error error = network(failed, "Check that the host answers, or allow more time.");
  error.code = ErrorCode::kTimeout;
  return error;
}

Error broke_after_sending(const FailedTransfer& failed) {
  Error error = network(failed, "Find out whether the request was carried out before you send it again.");
  error.message = "The connection broke after the request had been sent, before an answer came.";
  return error;
}

Error cut_short(const FailedTransfer& failed) {
  Error error = network(failed, "Try again; if it lasts, something between here and the server cuts answers short.");
  error.code = ErrorCode::kMalformedResponse;
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
    case CURLE_COULDNT_CONNECT:
      return network(failed, "Check host and port, and that a firewall lets the connection pass.");
    case CURLE_OPERATION_TIMEDOUT: return timed_out(failed);
    case CURLE_SSL_CONNECT_ERROR: return handshake(failed);
    case CURLE_SEND_FAIL_REWIND: return broke_after_sending(failed);
    case CURLE_PARTIAL_FILE: return cut_short(failed);
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

/// A proxy that let pass can still be what answers: with a page of its own, or with TLS of its own.
void mention_proxy(const FailedTransfer& failed, Error& error) {
  if (failed.proxy.setting.none()) return;
  const std::string proxy = "the proxy " + failed.proxy.setting.place();
  if (error.factor == Factor::kServerCertificate) {
    error.remedy += " If " + proxy + " opens TLS connections and shows a certificate of its own, ask its owner to " +
                    "let this host pass unopened: the client certificate cannot come through otherwise.";
  } else if (failed.code == CURLE_SSL_CONNECT_ERROR && failed.tls.alert < 0) {
    error.remedy = "Try again; if it lasts, open a web page through " + proxy +
                   ": it may answer with one of its own, to log in for example, which is not TLS; otherwise check " +
                   "that the URL leads to a TLS port.";
  }
}

/// Whatever goes wrong before there is a way through the proxy is the proxy's, but for what this side cannot do.
bool is_about_proxy(const FailedTransfer& failed) {
  switch (failed.code) {
    case CURLE_OUT_OF_MEMORY:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CERTPROBLEM: return false;
    default: return failed.proxy.failed();
  }
}

}  // namespace

Error transfer_error(const FailedTransfer& failed) {
  Error error;
  if (is_about_proxy(failed)) {
    error = proxy_error(failed.code, failed.proxy);
  } else if (is_refused_certificate(failed)) {
    error = refused_certificate(failed);
  } else {
    error = by_code(failed);
    if (may_be_refused_certificate(failed)) blame_the_likeliest(failed, error);
    mention_proxy(failed, error);
  }
  error.never_sent = failed.request_bytes_sent == 0;
  error.seen.tls_alert = tls_alert_name(failed.tls.alert);
  error.seen.transport = std::string(curl_easy_strerror(failed.code)) + " (" + std::to_string(failed.code) + ")";
  return error;
}

}  // namespace easypost_connect::internal
