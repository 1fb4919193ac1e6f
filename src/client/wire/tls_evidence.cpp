// SPDX-License-Identifier: Apache-2.0
#include "wire/tls_connection.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

namespace easypost_connect::internal {
namespace {

/// Returns the kind of key that makes signatures of this algorithm (RFC 8446, section 4.2.3; RFC 8734), empty if the
/// SDK knows none. Up to TLS 1.2 an algorithm goes with each curve.
std::string_view kind_of_signature(int algorithm, bool tls13) noexcept {
  switch (algorithm) {
    case 0x0401:
    case 0x0501:
    case 0x0601: return tls13 ? "" : "RSA";  // PKCS #1 v1.5 proves nothing in TLS 1.3
    case 0x0804:
    case 0x0805:
    case 0x0806: return "RSA";
    case 0x0809:
    case 0x080a:
    case 0x080b: return "RSA-PSS";
    case 0x0403: return tls13 ? "EC P-256" : "EC";
    case 0x0503: return tls13 ? "EC P-384" : "EC";
    case 0x0603: return tls13 ? "EC P-521" : "EC";
    case 0x0807: return "ED25519";
    case 0x0808: return "ED448";
    case 0x081a: return "EC brainpoolP256r1";
    case 0x081b: return "EC brainpoolP384r1";
    case 0x081c: return "EC brainpoolP512r1";
    default: return "";
  }
}

std::vector<std::string> kinds_taken(SSL* connection, bool tls13) {
  std::vector<std::string> kinds;
  const int count = SSL_get_sigalgs(connection, -1, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; ++i) {
    unsigned char signature = 0;
    unsigned char hash = 0;
    SSL_get_sigalgs(connection, i, nullptr, nullptr, nullptr, &signature, &hash);
    std::string kind(kind_of_signature(hash << 8 | signature, tls13));
    if (!kind.empty() && std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(std::move(kind));
  }
  return kinds;
}

std::string curve_of(const EVP_PKEY* key) {
  char name[80] = {};
  if (EVP_PKEY_get_group_name(key, name, sizeof name, nullptr) != 1) return "of a curve without a name";
  const char* nist = EC_curve_nid2nist(OBJ_sn2nid(name));
  return nist != nullptr ? nist : name;
}

std::string kind_of_key(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) return "EC " + curve_of(key);
  const char* type = EVP_PKEY_get0_type_name(key);
  return type != nullptr ? type : "unknown";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text.empty() ? "none that the SDK knows" : text;
}

}  // namespace

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

std::string why_not_loaded(SSL* /*connection*/, const TlsIdentity& /*identity*/) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return std::string("OpenSSL does not use it (") + (reason != nullptr ? reason : "without a reason") + ")";
}

std::string why_not_proven() {
  unsigned long first = ERR_peek_error();
  if (ERR_GET_REASON(first) == ERR_R_EVP_LIB) first = 0;  // ERR_R_EVP_LIB refers to a reason that nobody has given
  const char* library = ERR_lib_error_string(first);
  const char* reason = ERR_reason_error_string(first);
  return std::string(library != nullptr ? library : "OpenSSL") + ": " +
         (reason != nullptr ? reason : "no reason given");
}

std::string why_not_provable(SSL* connection, const TlsIdentity& identity) {
  const bool tls13 = SSL_version(connection) >= TLS1_3_VERSION;
  const auto taken = kinds_taken(connection, tls13);
  const std::string own = kind_of_key(identity.public_key());
  const auto is_own = [&own](const std::string& kind) { return kind == own || own.rfind(kind + ' ', 0) == 0; };
  const std::string over = std::string("over ") + SSL_get_version(connection);
  if (std::none_of(taken.begin(), taken.end(), is_own)) {
    return "its key is " + own + ", and the server takes, " + over + ", keys of these kinds: " + joined(taken);
  }
  return "OpenSSL and the server have, " + over + ", no signature algorithm in common for its key (" + own +
         ") and for the signature upon it";
}

}  // namespace easypost_connect::internal
