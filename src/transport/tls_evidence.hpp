// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace easypost_connect::internal {

/// What OpenSSL itself saw of a connection: more reliable than the texts and codes libcurl makes of it.
struct TlsEvidence {
  int alert = -1;                      ///< number of the alert the peer sent (RFC 8446, section 6); -1: none
  bool alert_sent = false;             ///< this side sent one: it did not like what it saw
  bool certificate_requested = false;  ///< the server asked for a client certificate
  const char* version = "";            ///< of the protocol of a finished handshake: "TLSv1.3"
};

/// The alert's name in RFC 8446, section 6: "unknown_ca".
std::string_view tls_alert_name(int alert) noexcept;

/// True when the alert is a verdict on the client's certificate.
bool is_client_certificate_alert(int alert) noexcept;

}  // namespace easypost_connect::internal
