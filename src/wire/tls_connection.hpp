// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <utility>

#include "identity/tls_identity.hpp"
#include "wire/tls_evidence.hpp"

namespace easypost_connect::internal {

/// What belongs to one TLS connection, and not to the transfer that opened it: others use the connection after that one
/// has ended, or at the same time. Lives as long as the connection or one of those who share it; written and read on
/// the thread that drives the connection.
class TlsConnection {
 public:
  /// Who is at the other end. A proxy that is spoken to over TLS never sees the client certificate.
  enum class Peer { kServer, kProxy };

  /// For the connection that libcurl is about to make from `context`: it trusts as `identity` does, presents its
  /// certificate when the server asks, and is watched. Null: out of memory.
  static std::shared_ptr<TlsConnection> attach(SSL_CTX* context, std::shared_ptr<const TlsIdentity> identity,
                                               Peer peer) noexcept;

  TlsConnection(std::shared_ptr<const TlsIdentity> identity, Peer peer) : identity_(std::move(identity)), peer_(peer) {}

  [[nodiscard]] const TlsEvidence& evidence() const noexcept { return evidence_; }
  [[nodiscard]] Peer peer() const noexcept { return peer_; }
  /// The handshake is done, and its outcome is to speak HTTP/2 (ALPN).
  [[nodiscard]] bool speaks_http2() const noexcept { return speaks_http2_; }

  /// Whether requests of `identity` may go out on it: it was made for that one, and if the peer asked for the
  /// certificate that there is, it has got it.
  [[nodiscard]] bool may_carry(const TlsIdentity& identity) const noexcept {
    const bool lacks = identity.has_certificate() && evidence_.certificate_requested && !evidence_.certificate_shown;
    return identity_.get() == &identity && !lacks;
  }

  /// Bytes have come that were not read yet. Only while the connection is open, and after its handshake.
  [[nodiscard]] bool has_pending() const noexcept { return SSL_has_pending(ssl_) == 1; }

  /// An answer came over it. How such a connection ends one day has nothing to do with its handshake any more.
  void set_answered() noexcept { answered_ = true; }
  [[nodiscard]] bool answered() const noexcept { return answered_; }

 private:
  static void on_event(const SSL* connection, int where, int value) noexcept;
  static int on_verified(int passed, X509_STORE_CTX* chain) noexcept;
  static int on_certificate_request(SSL* connection, void* unused) noexcept;
  static int on_nothing_to_show(SSL* connection, X509** certificate, EVP_PKEY** key) noexcept;

  void see_end_of_handshake(const SSL* connection) noexcept;
  void see_state(const SSL* connection) noexcept;
  void see_alert(const SSL* connection, int where, int value) noexcept;
  void withhold(std::string (*why)(SSL*, const TlsIdentity&), SSL* connection) noexcept;
  [[nodiscard]] bool presents() const noexcept { return peer_ == Peer::kServer && identity_->has_certificate(); }

  std::shared_ptr<const TlsIdentity> identity_;
  Peer peer_;
  const SSL* ssl_ = nullptr;  // from the end of the handshake on
  TlsEvidence evidence_;
  bool answered_ = false;
  bool speaks_http2_ = false;
};

}  // namespace easypost_connect::internal
