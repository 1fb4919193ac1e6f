// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "certificates.hpp"
#include "loopback.hpp"

namespace easypost_connect::interop {

/// A server that asks for a certificate, takes any in the handshake, and sends tickets for its session. When it does
/// not trust the certificate, it closes the connection instead of answering, also one that was resumed: there, it has
/// not asked again.
class ForgetfulServer {
 public:
  explicit ForgetfulServer(const Certificates& certificates);
  ~ForgetfulServer();
  ForgetfulServer(const ForgetfulServer&) = delete;
  ForgetfulServer& operator=(const ForgetfulServer&) = delete;

  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_); }
  /// Of the connections that it has served.
  [[nodiscard]] int resumed() const noexcept { return resumed_; }

 private:
  void serve();
  void serve(int client);

  struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  int port_ = free_ports(1).front();
  LoopbackSocket socket_{port_};
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::atomic<int> resumed_{0};
  std::thread thread_;
};

}  // namespace easypost_connect::interop
