// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <string>

#include <easypost_connect/error.hpp>

#include "transport/tls_evidence.hpp"

namespace easypost_connect::internal {

/// All that is known of a transfer that brought no answer.
struct FailedTransfer {
  CURLcode code = CURLE_OK;
  std::string text;                ///< CURLOPT_ERRORBUFFER, or the code's own text
  long verify_result = 0;          ///< CURLINFO_SSL_VERIFYRESULT
  long request_bytes_sent = 0;     ///< CURLINFO_REQUEST_SIZE
  bool identity_given = false;     ///< a client certificate was there to present
  bool connection_reused = false;  ///< CURLINFO_NUM_CONNECTS is 0: the certificate had been accepted before
  TlsEvidence tls;
};

/// Which of the things a connection depends on failed. Decides by what OpenSSL saw, then by libcurl's code; texts are
/// only quoted.
///
/// One refused client certificate comes back as nine different codes, depending on server, TLS version and protocol
/// (measured).
Error transfer_error(const FailedTransfer& failed);

}  // namespace easypost_connect::internal
