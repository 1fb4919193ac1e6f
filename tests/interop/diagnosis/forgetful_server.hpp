// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "certificates.hpp"
#include "core/openssl_handles.hpp"
#include "loopback.hpp"

namespace easypost_connect::interop {

/// A server that asks for a certificate, takes any in the handshake, and sends tickets for its session. If it does
/// not trust the certificate, it closes the connection instead of answering. It does so too when a session is resumed,
/// where it has not asked again.
class ForgetfulServer {
 public:
  explicit ForgetfulServer(const Certificates& certificates);
  ~ForgetfulServer();
  ForgetfulServer(const ForgetfulServer&) = delete;
  ForgetfulServer& operator=(const ForgetfulServer&) = delete;

  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_); }
  /// Returns how many of the connections that it served were resumed sessions.
  [[nodiscard]] int resumed() const noexcept { return resumed_; }

 private:
  void serve();
  void serve(int client);

  int port_ = free_ports(1).front();
  LoopbackSocket socket_{port_};
  internal::SslContextPtr context_;
  std::atomic<int> resumed_{0};
  std::thread thread_;
};

}  // namespace easypost_connect::interop
