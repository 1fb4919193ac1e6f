// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include <httplib.h>
#include <openssl/ssl.h>

#include "core/openssl_handles.hpp"
#include "sandbox/connections.hpp"
#include "sandbox/event_log.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/http_rules.hpp"
#include "sandbox/served_stream.hpp"
#include "sandbox/server_tls.hpp"

namespace easypost_connect::sandbox {

/// Hears of the life of each connection of an SSL_CTX, on the connection's own thread. httplib has no such events;
/// OpenSSL has.
///
/// opened() comes before the first byte is read. Then comes at most one of accepted() and refused(). closing() is the
/// last, and comes while the descriptor is still open: httplib frees the SSL first and closes the socket after that.
class TlsObserver {
 public:
  virtual void opened(int socket) noexcept = 0;
  virtual void accepted(const SSL& ssl) noexcept = 0;
  virtual void refused(std::string_view reason) noexcept = 0;
  virtual void closing(int socket) noexcept = 0;

 protected:
  ~TlsObserver() = default;
};

/// `observer` must outlive every connection of `context`.
void observe(SSL_CTX& context, TlsObserver& observer) noexcept;

/// httplib's server, which has each connection speak what was chosen in its handshake, HTTP/1.1 or HTTP/2. The handlers
/// are the same for both, and so is what they see: requests of HTTP/2 come to them written in HTTP/1.1.
class HttpsServer final : public httplib::Server {
 public:
  /// Makes a server with a context to be configured. `connections` has to outlive the server.
  explicit HttpsServer(Connections& connections);

  [[nodiscard]] SSL_CTX& context() const noexcept { return *context_; }

  // Handlers alone may call the functions below, which are about the connection whose request they answer.

  [[nodiscard]] static LastLine last_line();
  static void end_connection();  ///< this answer is its last

 private:
  bool process_and_close_socket(socket_t socket) override;
  void serve_http1(SSL& ssl);
  void serve_http2(SSL& ssl);
  bool answer(ServedStream& stream, const SSL* ssl);

  Connections& connections_;
  const internal::SslContextPtr context_;
};

/// Tells whether a server may have that port of 127.0.0.1. httplib 0.18 gives a server up for good that was refused
/// one.
[[nodiscard]] bool is_free_port(int port) noexcept;

/// Listener is one host of the service: an HTTPS server on a free port of 127.0.0.1, from construction to destruction.
/// Counts and logs its handshakes and requests, and plays the faults. All members may be called from any thread.
///
/// Tests of the SDK make some of their own, to meet servers with certificates that the sandbox would never show:
///
///     EventLog event_log(nullptr);
///     Listener server(SandboxHost::kApi, {authority.issue(expired_server), {}, ClientCertificates::kUnasked},
///     event_log, answer);
class Listener final : private TlsObserver {
 public:
  /// Answers one request; called from the threads of its connection. What it
  /// returns goes into the log line, beside method, path and status.
  using Handler = std::function<std::string(const httplib::Request&, httplib::Response&)>;

  /// Throws std::runtime_error when there is no free port or the
  /// certificate cannot be used. `event_log` must outlive the listener.
  Listener(SandboxHost host, ServerTls tls, EventLog& event_log, Handler handler);
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
  EventLog& event_log_;
  const Handler handler_;
  Faults faults_;
  Connections connections_;
  HttpsServer server_;
  int port_ = 0;
  int listening_socket_ = -1;  // httplib's; it closes it
  std::thread thread_;
};

}  // namespace easypost_connect::sandbox
