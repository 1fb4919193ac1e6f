// SPDX-License-Identifier: Apache-2.0
#include "transport/tls_evidence.hpp"

namespace easypost_connect::internal {
namespace {

TlsEvidence* evidence_of(const SSL* ssl) noexcept {
  return static_cast<TlsEvidence*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

void on_tls_event(const SSL* ssl, int where, int value) noexcept {
  const int number = value & 0xff;
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) evidence_of(ssl)->version = SSL_get_version(ssl);
  if ((where & SSL_CB_ALERT) == 0 || number == SSL_AD_CLOSE_NOTIFY) return;
  if ((where & SSL_CB_READ) != 0) evidence_of(ssl)->alert = number;
  if ((where & SSL_CB_WRITE) != 0) evidence_of(ssl)->alert_sent = true;
}

}  // namespace

void TlsEvidence::watch(SSL_CTX* context) noexcept {
  *this = {};
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_info_callback(context, on_tls_event);
}

// SSL_alert_desc_string_long does not know all of these, and words them differently.
std::string_view tls_alert_name(int alert) noexcept {
  switch (alert) {
    case 10: return "unexpected_message";
    case 20: return "bad_record_mac";
    case 22: return "record_overflow";
    case 40: return "handshake_failure";
    case 42: return "bad_certificate";
    case 43: return "unsupported_certificate";
    case 44: return "certificate_revoked";
    case 45: return "certificate_expired";
    case 46: return "certificate_unknown";
    case 47: return "illegal_parameter";
    case 48: return "unknown_ca";
    case 49: return "access_denied";
    case 50: return "decode_error";
    case 51: return "decrypt_error";
    case 70: return "protocol_version";
    case 71: return "insufficient_security";
    case 80: return "internal_error";
    case 86: return "inappropriate_fallback";
    case 90: return "user_canceled";
    case 109: return "missing_extension";
    case 110: return "unsupported_extension";
    case 112: return "unrecognized_name";
    case 113: return "bad_certificate_status_response";
    case 115: return "unknown_psk_identity";
    case 116: return "certificate_required";
    case 120: return "no_application_protocol";
    default: return alert < 0 ? "" : "unassigned";
  }
}

bool is_client_certificate_alert(int alert) noexcept {
  return (alert >= 42 && alert <= 46) || alert == 48 || alert == 49 || alert == 116;
}

}  // namespace easypost_connect::internal
