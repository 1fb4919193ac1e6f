// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string>

#include <easypost_connect/error.hpp>

#include "wire/proxy_error.hpp"
#include "wire/tls_evidence.hpp"

namespace easypost_connect::internal {

/// All that is known of a transfer that brought no answer, or not all of one.
struct FailedTransfer {
  CURLcode code = CURLE_OK;
  std::string text;              ///< CURLOPT_ERRORBUFFER, or the code's own text
  long verify_result = 0;        ///< CURLINFO_SSL_VERIFYRESULT
  long request_bytes_sent = 0;   ///< CURLINFO_REQUEST_SIZE
  long status = 0;               ///< CURLINFO_RESPONSE_CODE: of an answer that has begun; 0: none has
  bool no_descriptors = false;   ///< it came to no connection, and the process can open nothing more
  bool identity_given = false;   ///< a client certificate was there to present
  bool accepted_before = false;  ///< this host has answered 2xx to the same identity
  ProxyEvidence proxy;
  TlsEvidence tls;  ///< of this transfer: a connection that was open before has nothing to show
};

/// Which of the things a connection depends on failed. Decides by what OpenSSL saw, then by libcurl's code; texts are
/// only quoted.
///
/// One refused client certificate comes back as nine different codes, depending on server, TLS version and protocol
/// (measured). Where what was seen does not decide, the message says what it can be, likeliest first.
Error transfer_error(const FailedTransfer& failed);

/// Of libcurl's code: the other side, or something on the way, ended the connection or the stream.
[[nodiscard]] bool connection_ended(CURLcode code) noexcept;

}  // namespace easypost_connect::internal
