// SPDX-License-Identifier: Apache-2.0
#include "wire/transfer_error.hpp"

#include <openssl/ssl.h>

#include <string>

#include "core/make_error.hpp"
#include "identity/private_key.hpp"

namespace easypost_connect::internal {
namespace {

/// Says what to do about a certificate, by the alert that refused it (measured with nginx, HAProxy, Apache, stunnel;
/// RFC 8446, section 6.2). Loading has proven already that the key belongs to the certificate.
const char* certificate_remedy(int alert) noexcept {
  switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
      return "Compare the certificate's dates with the clocks of both sides, and see that the intermediate ones follow "
             "it in its file and its key is of a usual kind (RSA 2048, P-256); if all fit, get a new one from the "
             "Portal.";
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
      return "Get a certificate for clients (clientAuth) and with a key of a usual kind (RSA 2048, P-256) from the "
             "Portal.";
    case SSL_AD_CERTIFICATE_REVOKED: return "Make a new key, and get a new certificate from the Portal.";
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "The certificate has expired for the server: get a new one from the Portal.";
    case SSL_AD_UNKNOWN_CA:
      return "Check that the Portal of this environment issued the certificate, and that the intermediate ones follow "
             "it in its file.";
    case SSL_AD_ACCESS_DENIED: return "Ask EasyPost to admit this certificate: it is valid and not allowed here.";
    case SSL_AD_DECRYPT_ERROR:
      return "Check that the Portal of this environment issued the certificate: the server knows an issuer of the same "
             "name that has another key.";
    default: return "Check that the certificate was issued by the Portal of this environment and is not revoked.";
  }
}

constexpr const char* kPresentOne =
    "Give a client certificate: this host demands one (for the token endpoint: "
    "oauth_client.present_client_certificate).";

Error refused(const FailedTransfer& failed) {
  const std::string alert(tls_alert_name(failed.tls.alert));
  return make_error(ErrorCode::kTls, Factor::kClientCertificate,
                    failed.identity_given ? "The server refused the client certificate (TLS alert " + alert + ")."
                                          : "The server demands a client certificate (TLS alert " + alert + ").",
                    failed.identity_given ? certificate_remedy(failed.tls.alert) : kPresentOne);
}

/// The call does not go on without the certificate that was asked for, because it would not be one of this client.
Error withheld(const FailedTransfer& failed) {
  const std::string& why = failed.tls.why_withheld;
  return make_error(
      ErrorCode::kTls, Factor::kClientCertificate,
      "The server asked for the client certificate, and it could not be shown: " +
          (why.empty() ? "libcurl or OpenSSL left it out" : why) + ".",
      "Make a new key of a kind that the server takes (of those named here; where none is, RSA 2048 or P-256 "
      "of easypost-connect csr), and get a certificate for it from the Portal.");
}

Error unproven(const FailedTransfer& failed) {
  return make_error(ErrorCode::kTls, Factor::kClientCertificate,
                    "The server asked for the client certificate, and its private key did not sign (" +
                        failed.tls.why_unproven + ").",
                    std::string(kTokenRemedy));
}

/// Tells whether the alert is a verdict on the certificate or on the proof with its key. Both sides have agreed on how
/// to speak before the server asks for a certificate (RFC 8446, section 4.3.2; RFC 5246, section 7.4.4), so an alert
/// that could be about that agreement is about the certificate from then on.
bool is_verdict(const FailedTransfer& failed) noexcept {
  const int alert = failed.tls.alert;
  if (is_client_certificate_alert(alert)) return true;
  return failed.tls.certificate_requested && (alert == SSL_AD_HANDSHAKE_FAILURE || alert == SSL_AD_DECRYPT_ERROR);
}

/// Says of which certificates servers are known to send an alert that is made for something else. Returns null if
/// servers are not known to do so.
const char* usage_of(int alert) noexcept {
  switch (alert) {
    case SSL_AD_INTERNAL_ERROR: return "some servers (BoringSSL under Netty) say so of any certificate they refuse";
    case SSL_AD_ILLEGAL_PARAMETER: return "servers say so of a key on a curve that they do not take";
    case SSL_AD_DECODE_ERROR: return "servers say so of a certificate that they cannot read";
    case SSL_AD_INSUFFICIENT_SECURITY: return "servers say so of a key or a signature too weak for them";
    default: return nullptr;
  }
}

/// Handles a server that asked for the certificate, and ended the connection with an alert that need not be about it.
void weigh_alert(const FailedTransfer& failed, Error& error) {
  const std::string alert(tls_alert_name(failed.tls.alert));
  const char* usage = usage_of(failed.tls.alert);
  error.code = ErrorCode::kTls;
  error.message = "The server ended the connection with the TLS alert " + alert +
                  " after it had asked for the client certificate: most likely ";
  if (!failed.identity_given) {
    error.factor = Factor::kClientCertificate;
    error.message += "it demands one and got none, otherwise something went wrong there.";
    error.remedy = kPresentOne;
  } else if (failed.accepted_before) {
    error.message +=
        "something went wrong there or on the way, because it has accepted the certificate before; otherwise the "
        "certificate was revoked or expired since.";
  } else if (usage == nullptr) {
    error.message += "something went wrong there or on the way; otherwise it refused the certificate.";
  } else {
    error.factor = Factor::kClientCertificate;
    error.message +=
        std::string("it refused the certificate, because ") + usage + "; otherwise something went wrong there.";
    error.remedy =
        "Check that the Portal of this environment issued the certificate, that it is not revoked, and that its key is "
        "of a usual kind (RSA 2048, P-256).";
    error.retryable = false;
  }
}

/// Handles a server that asked for the certificate, and a connection that ended without a word of TLS or HTTP. TLS 1.3
/// tells a client of its refused certificate only after the handshake, and the alert can be lost with the connection
/// (measured: up to nine times in ten, over HTTP/2 on loopback). Some servers send no alert at all.
void weigh_silence(const FailedTransfer& failed, Error& error) {
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

}  // namespace

Diagnosis certificate_error(const FailedTransfer& failed) {
  if (failed.tls.certificate_withheld) return withheld(failed);
  if (!failed.tls.why_unproven.empty()) return unproven(failed);
  if (is_verdict(failed)) return refused(failed);
  return std::nullopt;
}

void consider_certificate(const FailedTransfer& failed, Error& error) {
  if (!failed.tls.certificate_requested || failed.tls.alert_sent || failed.status != 0) return;
  if (failed.tls.alert >= 0) {
    weigh_alert(failed, error);
  } else if (connection_ended(failed.code)) {
    weigh_silence(failed, error);
  }
}

}  // namespace easypost_connect::internal
