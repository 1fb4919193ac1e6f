// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string>

#include "core/make_error.hpp"
#include "wire/proxy_error.hpp"
#include "wire/tls_connection.hpp"

namespace easypost_connect::internal {

/// All that is known of a transfer that brought no answer, or not all of one.
struct FailedTransfer {
  CURLcode code = CURLE_OK;
  std::string text;              ///< CURLOPT_ERRORBUFFER, or the code's own text
  std::string host;              ///< the host that was called, with its port
  long verify_result = 0;        ///< CURLINFO_SSL_VERIFYRESULT
  long request_bytes_sent = 0;   ///< CURLINFO_REQUEST_SIZE
  bool connected = false;        ///< the host, or the proxy, took the connection
  bool ready = false;            ///< the connection was ready for a request: its TLS handshake had ended
  bool request_whole = false;    ///< all of the request was handed to the connection
  long status = 0;               ///< CURLINFO_RESPONSE_CODE of an answer that has begun; 0 if none has
  bool no_descriptors = false;   ///< the transfer came to no connection, and the process can open nothing more
  bool identity_given = false;   ///< a client certificate was there to present
  bool own_authorities = false;  ///< the server is judged by server_ca, not by the system's authorities
  bool accepted_before = false;  ///< this host has answered 2xx to the same identity
  ProxyEvidence proxy;
  TlsEvidence tls;  ///< evidence of this transfer; a connection that was open before has nothing to show
};

/// Says which of the things a connection depends on failed. It decides by what OpenSSL saw, then by libcurl's code, and
/// only quotes texts.
///
/// One refused client certificate comes back as nine different codes, depending on server, TLS version and protocol
/// (measured). If what was seen does not decide, the message says what the reason can be, likeliest first.
Error transfer_error(const FailedTransfer& failed);

/// Tells whether libcurl's code means that the other side, or something on the way, ended the connection or the stream.
[[nodiscard]] bool connection_ended(CURLcode code) noexcept;

/// Returns an Error if the handshake says for certain that the client certificate was refused, demanded, or could not
/// be shown.
[[nodiscard]] Diagnosis certificate_error(const FailedTransfer& failed);

/// Says in `error` what the reason can be, likeliest first, if the client certificate *may* be it.
void consider_certificate(const FailedTransfer& failed, Error& error);

}  // namespace easypost_connect::internal
