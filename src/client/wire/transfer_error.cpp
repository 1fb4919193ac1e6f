// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer_error.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <utility>

#include "core/make_error.hpp"
#include "wire/curl_library.hpp"

namespace easypost_connect::internal {
namespace {

bool names_another_host(const FailedTransfer& failed) noexcept {
  return failed.verify_result == X509_V_ERR_HOSTNAME_MISMATCH ||
         failed.verify_result == X509_V_ERR_IP_ADDRESS_MISMATCH ||
         failed.text.find("subject name") != std::string::npos;
}

bool is_out_of_date(const FailedTransfer& failed) noexcept {
  return failed.verify_result == X509_V_ERR_CERT_HAS_EXPIRED || failed.verify_result == X509_V_ERR_CERT_NOT_YET_VALID;
}

/// Returns the remedy for a server's certificate that was not accepted.
std::string how_to_accept(const FailedTransfer& failed) {
  if (failed.tls.names_no_host) {
    return "Have the server's certificate issued again, with the host name of the URL in subjectAltName.";
  }
  if (names_another_host(failed)) {
    return "Check the URL: its host is " + failed.host + ", and the server's certificate is for another name.";
  }
  if (is_out_of_date(failed)) {
    return "Check the clock of this machine; if it is right, have the server's certificate renewed.";
  }
  if (failed.own_authorities) {
    return "Check the URL, whose host is " + failed.host +
           ", and what server_ca (EASYPOST_CONNECT_CA_FILE) holds: it has to be the authority that issued the server's "
           "certificate.";
  }
  return "Check the URL; if the server uses a private certificate authority, give it as server_ca "
         "(EASYPOST_CONNECT_CA_FILE).";
}

/// Explains why the server's certificate was not accepted. libcurl also says CURLE_PEER_FAILED_VERIFICATION when the
/// *server* sent the alert certificate_expired; then the result of our own verification is still at its initial value,
/// and an alert was seen.
Error refused_server(const FailedTransfer& failed) {
  std::string reason = failed.text;
  if (failed.verify_result != X509_V_OK && failed.verify_result != X509_V_ERR_UNSPECIFIED) {
    reason = X509_verify_cert_error_string(failed.verify_result);
  }
  if (failed.tls.names_no_host) reason = "it has no host name in its subjectAltName, where alone it counts";
  if (!failed.tls.refused_issuer.empty()) reason += "; it was issued by " + failed.tls.refused_issuer;
  return make_error(ErrorCode::kTls, Factor::kServerCertificate,
                    "The server's certificate was not accepted: " + reason + ".", how_to_accept(failed));
}

Error network(const FailedTransfer& failed, std::string remedy) {
  Error error = make_error(ErrorCode::kConnection, Factor::kNetwork, failed.text + ".", std::move(remedy));
  error.retryable = true;
  return error;
}

/// Tells whether the first bytes that came were no TLS. OpenSSL sends no alert then.
bool spoke_no_tls(const FailedTransfer& failed) {
  const char* const words = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_WRONG_VERSION_NUMBER));
  return words != nullptr && failed.text.find(words) != std::string::npos;
}

/// Explains a handshake that failed. If neither side sent an alert, the connection just ended, as it does when a
/// gateway restarts. It may also be the way of a server that has asked for the certificate, and never accepted it, to
/// refuse it.
Error handshake(const FailedTransfer& failed) {
  const bool may_refuse = failed.tls.certificate_requested && !failed.accepted_before;
  const bool just_ended = failed.tls.alert < 0 && !failed.tls.alert_sent && !may_refuse && !spoke_no_tls(failed);
  Error error = network(
      failed, just_ended ? "Try again; if it lasts, look for what ends connections between here and the server."
                         : "Check that the URL leads to a TLS port, and that the server speaks TLS 1.2 or 1.3.");
  error.code = ErrorCode::kTls;
  error.retryable = just_ended;
  return error;
}

/// Explains an answer that is not whole. Status and headers have come, so the server had taken the request.
Error answer_cut_short(const FailedTransfer& failed, ErrorCode code) {
  Error error = network(failed, "Try again; if it lasts, something between here and the server cuts answers short.");
  error.code = code;
  const std::string status = failed.status != 0 ? "status " + std::to_string(failed.status) + "; " : "";
  error.message = std::string(code == ErrorCode::kTimeout ? "The answer did not come to its end in time"
                                                          : "The answer broke off in its middle") +
                  " (" + status + "libcurl: " + failed.text + ").";
  return error;
}

/// Says how far a transfer came whose deadline passed before an answer had begun.
std::string how_far(const FailedTransfer& failed) {
  if (failed.request_whole) return failed.host + " did not answer the request in time.";
  if (failed.request_bytes_sent > 0) return "The request was not sent whole to " + failed.host + " in time.";
  if (failed.ready) return "The connection to " + failed.host + " took no request in time: nothing was sent.";
  if (failed.connected) return failed.host + " did not complete the TLS handshake in time: nothing was sent.";
  return failed.host + " could not be reached in time: nothing was sent.";
}

Error timed_out(const FailedTransfer& failed) {
  if (failed.status >= 200) return answer_cut_short(failed, ErrorCode::kTimeout);
  const bool cut_short = failed.request_bytes_sent > 0 && !failed.request_whole;
  Error error = network(failed, cut_short ? "Allow more time for a body of that size, or look at what slows it down."
                                          : "Check that the host answers, or allow more time.");
  error.code = ErrorCode::kTimeout;
  if (failed.text == curl_easy_strerror(failed.code)) error.message = how_far(failed);
  return error;
}

Error broke_after_sending(const FailedTransfer& failed) {
  Error error = network(failed, "Try again; if it lasts, look for what ends connections between here and the server.");
  error.message = "The connection broke after the request had been sent, before an answer came.";
  return error;
}

Error by_code(const FailedTransfer& failed) {
  if (failed.status >= 200 && connection_ended(failed.code))
    return answer_cut_short(failed, ErrorCode::kMalformedResponse);
  switch (failed.code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ISSUER_ERROR: return refused_server(failed);
    case CURLE_SSL_CERTPROBLEM:
    case newer::kSslClientCert:
      return make_error(ErrorCode::kTls, Factor::kClientCertificate, failed.text + ".",
                        "Check that the certificate was issued by the Portal of this environment and is not revoked.");
    case CURLE_COULDNT_RESOLVE_HOST:
      return network(failed, "Check the host name in the URL, and the name servers of this machine.");
    case CURLE_COULDNT_CONNECT:
      return network(failed, "Check host and port, and that a firewall lets the connection pass.");
    case CURLE_OPERATION_TIMEDOUT: return timed_out(failed);
    case CURLE_SSL_CONNECT_ERROR: return handshake(failed);
    case CURLE_SEND_FAIL_REWIND: return broke_after_sending(failed);
    case CURLE_PARTIAL_FILE: return answer_cut_short(failed, ErrorCode::kMalformedResponse);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return make_error(ErrorCode::kMalformedResponse, Factor::kService, failed.text + ".",
                        "Check that the URL leads to the API: what answered does not speak HTTP, or not by its rules.");
    case CURLE_URL_MALFORMAT:
      return make_error(ErrorCode::kInvalidRequest, Factor::kRequest, failed.text + ".",
                        "Check the URL: libcurl cannot use it.");
    default: return network(failed, "Try again; if it lasts, look for a proxy or firewall that closes connections.");
  }
}

/// Adds a hint at the proxy. A proxy that let the connection pass can still be what answers: with a page of its own, or
/// with TLS of its own.
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

/// Tells whether the proxy is to blame. It is for whatever goes wrong before there is a way through it, except for what
/// this side cannot do.
bool is_about_proxy(const FailedTransfer& failed) {
  switch (failed.code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CERTPROBLEM: return false;
    default: return failed.proxy.failed();
  }
}

}  // namespace

bool connection_ended(CURLcode code) noexcept {
  switch (code) {
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

Error transfer_error(const FailedTransfer& failed) {
  Error error;
  if (failed.code == CURLE_OUT_OF_MEMORY) {
    error = out_of_memory();
  } else if (failed.no_descriptors) {
    error = no_descriptor_error("The system gave no file descriptors for a connection.");
  } else if (is_about_proxy(failed)) {
    error = proxy_error(failed.code, failed.proxy);
  } else if (auto certificate = certificate_error(failed)) {
    error = *std::move(certificate);
  } else {
    error = by_code(failed);
    consider_certificate(failed, error);
    mention_proxy(failed, error);
  }
  error.never_sent = failed.request_bytes_sent == 0;
  error.seen.tls_alert = tls_alert_name(failed.tls.alert);
  error.seen.transport = std::string(curl_easy_strerror(failed.code)) + " (" + std::to_string(failed.code) + ")";
  return error;
}

}  // namespace easypost_connect::internal
