// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include <easypost_connect/client_options.hpp>

#include "core/openssl_handles.hpp"
#include "frames.hpp"
#include "loopback_server.hpp"
#include "sandbox/certificate_authority.hpp"
#include "sandbox/server_tls.hpp"
#include "wire_server.hpp"

namespace easypost_connect::test_support {

/// A request as a FrameServer saw it. Its header block is not read: a call is known by its body.
struct FrameRequest {
  std::size_t connection = 0;  ///< counted from 0
  std::string body{};
  bool whole = false;
};

class FrameServer;

/// The server's end of one HTTP/2 connection, frame by frame. Only the thread that serves it may use it.
class FrameConnection {
 public:
  FrameConnection(FrameServer& server, Wire wire, std::size_t number) noexcept
      : server_(server), wire_(wire), number_(number) {}

  [[nodiscard]] std::size_t number() const noexcept { return number_; }
  [[nodiscard]] Wire& wire() noexcept { return wire_; }

  /// Reads the client's preface. The script has to send a server's first frame (SETTINGS).
  [[nodiscard]] bool read_preface();
  /// Returns the next frame; nothing when the connection has ended. What HTTP/2 wants done about the frame is done:
  /// SETTINGS and PING are acknowledged, DATA is given its window back, a request is told to the server.
  [[nodiscard]] std::optional<Frame> read();
  /// Reads until a request begins, and returns the number of its stream; 0 when the connection has ended.
  [[nodiscard]] std::uint32_t next_head();
  /// Reads until a request has come whole, and returns the number of its stream.
  [[nodiscard]] std::uint32_t next_request();
  /// Returns what has come of the body.
  [[nodiscard]] std::string body_of(std::uint32_t stream) const;
  /// Reads until the connection ends, and answers only what is a matter of the connection.
  void read_to_end();
  /// Answers each request that comes whole, until the connection ends.
  void answer_all();

  /// Returns false when the connection has ended.
  bool send(std::string_view bytes) { return wire_.write(bytes); }

  bool acknowledges_pings = true;
  bool gives_window = true;  ///< whether bodies that come get their window back

 private:
  void heed(const Frame& frame);

  FrameServer& server_;
  Wire wire_;
  const std::size_t number_;
  std::map<std::uint32_t, std::size_t> requests_;  // numbers of the requests in the server's list, by stream
};

/// An API server that speaks HTTP/2 by hand and so can break every rule of it: TLS with the client's certificate
/// required, each connection on a thread of its own. An OAuth server stands beside it.
class FrameServer {
 public:
  /// Is called for each connection. The connection ends when it returns, with close_notify unless
  /// Wire::end_unannounced() was called.
  using Serve = std::function<void(FrameConnection& connection)>;

  /// The server chooses `protocol` if the client offers it (ALPN, RFC 7301); if it is empty, the server knows nothing
  /// of ALPN.
  explicit FrameServer(Serve serve, std::string protocol = "h2");

  /// Returns the options of a client that trusts the server.
  [[nodiscard]] ClientOptions client_options() const;
  /// Returns how many connections were made; those whose handshake failed do not count.
  [[nodiscard]] std::size_t connections() const;
  /// Returns the requests in the order in which they began.
  [[nodiscard]] std::vector<FrameRequest> requests() const;

 private:
  friend class FrameConnection;

  [[nodiscard]] internal::SslContextPtr make_context(sandbox::ClientCertificates clients);
  void accept(int socket);
  void serve_token(int socket);
  static int choose(SSL* ssl, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void* server) noexcept;

  const Serve serve_;
  const std::string protocol_;
  sandbox::CertificateAuthority authority_;
  sandbox::IssuedCertificate partner_;
  std::shared_ptr<sandbox::TrustedAuthorities> trusted_ = std::make_shared<sandbox::TrustedAuthorities>();
  const internal::SslContextPtr context_;
  const internal::SslContextPtr token_context_;
  mutable std::mutex mutex_;
  std::size_t connections_ = 0;
  std::vector<FrameRequest> requests_;
  std::optional<LoopbackServer> tokens_;
  std::optional<LoopbackServer> api_;
};

}  // namespace easypost_connect::test_support
