// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/openssl_handles.hpp"
#include "loopback_server.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::test_support {

/// A request that came over a connection of a TlsServer.
struct TlsRequest {
  std::string head;                ///< everything up to the empty line
  bool shows_certificate = false;  ///< the client shows it now, or did when the session began that it resumes
  bool resumed = false;
};

/// An HTTP/1.1 server on 127.0.0.1 that does with the handshake what it is told.
class TlsServer {
 public:
  /// Returns what to answer. If it is empty, the connection ends without an answer. An answer with "Connection: close",
  /// or one that is not whole, is followed by the end of the connection. Any thread may call it.
  using Answer = std::function<std::string(const TlsRequest& request)>;

  struct Settings {
    int tls_version = TLS1_3_VERSION;
    bool asks = true;         ///< the server asks for a certificate, and takes none amiss
    bool asks_later = false;  ///< the server asks only once it has read a GET, over TLS 1.3
    /// signatures that the server takes of clients, as OpenSSL writes them; null means the usual ones
    const char* client_signatures = nullptr;
    int verdict = X509_V_OK;  ///< verdict on a certificate that was shown; OpenSSL makes an alert of it
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1"};
  };

  TlsServer(const sandbox::CertificateAuthority& authority, Settings settings, Answer answer);

  [[nodiscard]] int port() const noexcept { return server_->port(); }
  [[nodiscard]] std::vector<TlsRequest> requests() const;

 private:
  void serve(int client);

  internal::SslContextPtr context_;
  Settings settings_;
  Answer answer_;
  mutable std::mutex mutex_;
  std::vector<TlsRequest> requests_;
  std::optional<LoopbackServer> server_;
};

}  // namespace easypost_connect::test_support
