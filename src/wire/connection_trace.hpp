// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// How far a transfer came and how long each part of the way took. Zero: that part was not finished, or not needed
/// because the connection was open before. Through a proxy, name and address are the proxy's.
struct ConnectionTrace {
  std::chrono::microseconds name_lookup{0};
  std::chrono::microseconds connect{0};    ///< TCP
  std::chrono::microseconds handshake{0};  ///< TLS
  std::chrono::microseconds answer{0};     ///< from then to the first byte of the answer
  std::string address;                     ///< of the other side, as an IP address; empty: never connected
  long port = 0;
  std::string_view tls_version;        ///< "TLSv1.3"; empty: no handshake was finished
  bool certificate_requested = false;  ///< the server asked for a client certificate
  bool certificate_shown = false;      ///< and it went out
};

}  // namespace easypost_connect::internal
