// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// What OpenSSL itself saw of a connection: more reliable than the texts and codes libcurl makes of it.
struct TlsEvidence {
  int alert = -1;                      ///< number of the fatal alert the peer sent (RFC 8446, section 6); -1: none
  bool close_notified = false;         ///< the peer said that nothing more will come (RFC 8446, section 6.1)
  bool alert_sent = false;             ///< this side sent one: it did not like what it saw
  bool certificate_requested = false;  ///< the peer asked for a client certificate
  bool certificate_shown = false;      ///< it went out, and so did the proof with its key
  bool certificate_withheld = false;   ///< it was to go out, and OpenSSL had no way to: the handshake ends here
  std::string why_withheld;            ///< in words; empty when nothing is known
  std::string why_unproven;            ///< the key was to sign, and did not: in words; empty: it did, or was not asked
  bool names_no_host = false;          ///< the peer's certificate has no host in its subjectAltName
  std::string refused_issuer;          ///< who issued the peer's certificate, if that was not accepted
  bool resumed = false;                ///< the handshake goes on with an earlier session, and asks for nothing again
  const char* version = "";            ///< of the protocol of a finished handshake: "TLSv1.3"
};

/// The alert's name in RFC 8446, section 6: "unknown_ca".
std::string_view tls_alert_name(int alert) noexcept;

/// True when the alert is a verdict on the client's certificate.
bool is_client_certificate_alert(int alert) noexcept;

}  // namespace easypost_connect::internal
