// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

#include <easypost_connect/client_options.hpp>

#include "core/openssl_handles.hpp"
#include "loopback_server.hpp"
#include "sandbox/certificate_authority.hpp"

namespace easypost_connect::test_support {

/// The server's end of one TLS connection, byte for byte.
class Wire {
 public:
  explicit Wire(SSL* ssl) noexcept : ssl_(ssl) {}

  /// Reads until an empty line, that included; less if the other side ends before.
  std::string read_head();
  /// Reads `size` bytes; less if the other side ends before.
  std::string read(std::size_t size);
  /// Reads the body that `head` announces by its Content-Length, which would else be taken for the next head.
  std::string read_body_of(std::string_view head);
  /// Returns false when the connection has ended.
  bool write(std::string_view text);
  /// Has the connection end without a word of TLS (close_notify), as when somebody has cut it.
  void end_unannounced() noexcept { SSL_set_quiet_shutdown(ssl_, 1); }
  /// Has the connection end by a reset (RST), as when the other side has crashed.
  void reset() noexcept;
  /// Ends the connection now.
  void end() noexcept;

  /// Takes the other side for ended, from now on, when it sends nothing for so long.
  void wait_at_most(std::chrono::milliseconds longest) noexcept;

  /// Sends a session ticket (TLS 1.3), in the middle of whatever is under way.
  void send_ticket() noexcept;
  /// Asks for another handshake (TLS 1.2), and says whether it came about.
  [[nodiscard]] bool renegotiate() noexcept;

 private:
  SSL* const ssl_;
};

/// An HTTPS server that reads and writes what a test tells it to, for faults that a server which knows HTTP would
/// put right.
class WireServer {
 public:
  struct Settings {
    int highest_tls_version = TLS1_3_VERSION;
    bool at_once = false;  ///< connections are served at the same time, otherwise one after the other
    std::vector<std::string> names = sandbox::server_profile().subject_alt_names;
  };

  /// Is called for each connection, on a thread of the server's; the connection ends when it returns.
  using Serve = std::function<void(Wire& wire)>;

  explicit WireServer(Serve serve) : WireServer(std::move(serve), Settings()) {}
  WireServer(Serve serve, Settings settings);
  /// Answers the token requests on a connection, and gives each other head to `serve`.
  [[nodiscard]] static Serve beside_tokens(std::function<void(Wire& wire, std::string_view head)> serve);

  static void answer_token(Wire& wire, std::string_view head);

  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(server_->port()); }
  /// Returns the options of a client that trusts the server.
  [[nodiscard]] ClientOptions client_options() const;

 private:
  void accept(int connection);

  const Serve serve_;
  const Settings settings_;
  sandbox::CertificateAuthority authority_;
  sandbox::IssuedCertificate partner_ = authority_.issue();
  const internal::SslContextPtr context_;
  std::mutex mutex_;
  std::optional<LoopbackServer> server_;
};

}  // namespace easypost_connect::test_support
