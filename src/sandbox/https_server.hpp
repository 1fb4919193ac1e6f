// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <httplib.h>
#include <openssl/ssl.h>

#include "sandbox/connections.hpp"

namespace easypost_connect::sandbox {

/// httplib's server, which has each connection speak what was chosen in its handshake, HTTP/1.1 or HTTP/2. The handlers
/// are the same for both, and so is what they see: requests of HTTP/2 come to them written in HTTP/1.1.
class HttpsServer final : public httplib::SSLServer {
 public:
  /// With a context to be configured. `connections` has to outlive the server.
  explicit HttpsServer(Connections& connections);

 private:
  bool process_and_close_socket(socket_t socket) override;
  void serve_http1(SSL& ssl);
  void serve_http2(SSL& ssl);
  bool answer(httplib::Stream& stream, const SSL& ssl);

  Connections& connections_;
};

}  // namespace easypost_connect::sandbox
