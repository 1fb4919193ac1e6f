// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include <httplib.h>

#include "sandbox/connections.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/http_rules.hpp"
#include "sandbox/https_server.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/server_tls.hpp"
#include "sandbox/tls_observer.hpp"

namespace easypost_connect::sandbox {

/// One host of the service: an HTTPS server on a free port of 127.0.0.1, from construction to destruction. Counts and
/// logs its handshakes and requests, and plays the faults. All members may be called from any thread.
///
/// Tests of the SDK make some of their own, to meet servers with certificates that the sandbox would never show:
///
///     Journal journal(nullptr);
///     Listener server(SandboxHost::kApi, {authority.issue(expired_server), {}, ClientCertificates::kUnasked}, journal,
///     answer);
class Listener final : private TlsObserver {
 public:
  /// Answers one request; called from the threads of its connection. What it
  /// returns goes into the log line, beside method, path and status.
  using Handler = std::function<std::string(const httplib::Request&, httplib::Response&)>;

  /// Throws std::runtime_error when there is no free port or the
  /// certificate cannot be used. `journal` must outlive the listener.
  Listener(SandboxHost host, ServerTls tls, Journal& journal, Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::string url() const;  ///< "https://localhost:21873"

  void inject(SandboxFault fault) { faults_.add(std::move(fault)); }
  void close_connections() { connections_.shut_down(); }

 private:
  void opened(int socket) noexcept override;
  void accepted(const SSL& ssl) noexcept override;
  void refused(std::string_view reason) noexcept override;
  void closing(int socket) noexcept override;

  void set_up_server();
  void bind_free_port();
  void listen();
  bool answer_without_body(const httplib::Request& request, httplib::Response& response);  ///< false: a body follows
  void serve(const httplib::Request& request, httplib::Response& response);
  void refuse(const httplib::Request& request, const BrokenRequest& fault, httplib::Response& response);
  void refuse_unreadable(const httplib::Request& request, httplib::Response& response);
  void log(const httplib::Request& request, const httplib::Response& response, const std::string& note);

  const SandboxHost host_;
  const ServerTls tls_;
  Journal& journal_;
  const Handler handler_;
  Faults faults_;
  Connections connections_;
  HttpsServer server_;
  int port_ = 0;
  int listening_socket_ = -1;  // httplib's; it closes it
  std::thread thread_;
};

}  // namespace easypost_connect::sandbox
