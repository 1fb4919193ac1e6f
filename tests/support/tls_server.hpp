// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "identity/openssl_ptr.hpp"
#include "loopback_server.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::test_support {

/// What came over a connection of a TlsServer.
struct TlsRequest {
  std::string head;                ///< up to the empty line
  bool shows_certificate = false;  ///< now, or when the session began that it resumes
  bool resumed = false;
};

/// An HTTP/1.1 server on 127.0.0.1 that does with the handshake what it is told.
class TlsServer {
 public:
  /// What to answer. Empty: end the connection without an answer. An answer with "Connection: close", or one that is
  /// not whole, is followed by its end. Called from any thread.
  using Answer = std::function<std::string(const TlsRequest& request)>;

  struct Settings {
    int tls_version = TLS1_3_VERSION;
    bool asks = true;                         ///< for a certificate; it takes none amiss
    bool asks_later = false;                  ///< and, over TLS 1.3, only once it has read a GET
    const char* client_signatures = nullptr;  ///< that it takes of clients, as OpenSSL writes them; null: the usual
    int verdict = X509_V_OK;                  ///< on a certificate that was shown; OpenSSL makes an alert of it
    std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1"};
  };

  TlsServer(const sandbox::CertificateAuthority& authority, Settings settings, Answer answer);

  [[nodiscard]] int port() const noexcept { return server_->port(); }
  [[nodiscard]] std::vector<TlsRequest> requests() const;

 private:
  void serve(int client);

  std::unique_ptr<SSL_CTX, internal::OpenSslFree<SSL_CTX_free>> context_;
  Settings settings_;
  Answer answer_;
  mutable std::mutex mutex_;
  std::vector<TlsRequest> requests_;
  std::optional<LoopbackServer> server_;
};

}  // namespace easypost_connect::test_support
