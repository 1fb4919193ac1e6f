// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <openssl/x509.h>

#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {

/// Makes a transfer with our certificate at hand.
inline FailedTransfer failed(CURLcode code, std::string text = "libcurl's text") {
  FailedTransfer transfer;
  transfer.code = code;
  transfer.text = std::move(text);
  transfer.verify_result = X509_V_ERR_UNSPECIFIED;  // the value before any verification
  transfer.identity_given = true;
  return transfer;
}

inline FailedTransfer with_alert(CURLcode code, int alert) {
  FailedTransfer transfer = failed(code);
  transfer.tls.alert = alert;
  transfer.tls.certificate_requested = true;
  return transfer;
}

// Connections of refused certificates ended without a word in these ways, with many servers.
inline constexpr CURLcode kEnds[] = {CURLE_HTTP2,      CURLE_PARTIAL_FILE, CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING,
                                     CURLE_SEND_ERROR, CURLE_RECV_ERROR,   CURLE_HTTP2_STREAM};

}  // namespace easypost_connect::internal
