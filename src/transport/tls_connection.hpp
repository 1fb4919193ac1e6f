// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "identity/tls_identity.hpp"
#include "transport/tls_evidence.hpp"

namespace easypost_connect::internal {

/// What belongs to one TLS connection, and not to the transfer that opened it: others use the connection after that one
/// has ended, or at the same time. Lives as long as the connection or one of those who share it; written and read on
/// the thread that drives the connection.
class TlsConnection {
 public:
  /// For the connection that libcurl is about to make from `context`: it trusts as `identity` does, presents its
  /// certificate to `host` when asked, and is watched. Null: out of memory.
  static std::shared_ptr<TlsConnection> attach(SSL_CTX* context, std::shared_ptr<const TlsIdentity> identity,
                                               std::string_view host) noexcept;

  /// Of a connection that attach() was called for; otherwise null.
  static std::shared_ptr<TlsConnection> of(const SSL* connection) noexcept;

  TlsConnection(std::shared_ptr<const TlsIdentity> identity, std::string_view host)
      : identity_(std::move(identity)), host_(host) {}

  [[nodiscard]] const TlsEvidence& evidence() const noexcept { return evidence_; }

  /// An answer came over it. How such a connection ends one day has nothing to do with its handshake any more.
  void set_answered() noexcept { answered_ = true; }
  [[nodiscard]] bool answered() const noexcept { return answered_; }

 private:
  static void on_event(const SSL* connection, int where, int value) noexcept;
  static int on_certificate_request(SSL* connection, void* unused) noexcept;

  [[nodiscard]] bool is_the_server(const SSL* connection) const noexcept;

  std::shared_ptr<const TlsIdentity> identity_;
  std::string host_;  // of the URL; with the brackets of an IPv6 address
  TlsEvidence evidence_;
  bool answered_ = false;
};

}  // namespace easypost_connect::internal
