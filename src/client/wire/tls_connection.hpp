// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/ssl.h>

#include "identity/tls_identity.hpp"

namespace easypost_connect::internal {

/// The facts that OpenSSL itself saw of a connection, more reliable than the texts and codes that libcurl makes of
/// it.
struct TlsEvidence {
  int alert = -1;                      ///< number of the fatal alert the peer sent (RFC 8446, section 6); -1: none
  bool close_notified = false;         ///< the peer said that nothing more will come (RFC 8446, section 6.1)
  bool alert_sent = false;             ///< this side sent an alert, because it did not like what it saw
  bool certificate_requested = false;  ///< the peer asked for a client certificate
  bool certificate_shown = false;      ///< the certificate was sent, and so was the proof with its key
  bool certificate_withheld = false;   ///< OpenSSL had no way to send the certificate, so the handshake ends here
  std::string why_withheld;            ///< the reason in words; empty when nothing is known
  std::string why_unproven;            ///< the key did not sign, in words; empty if it did, or was not asked
  bool names_no_host = false;          ///< the peer's certificate has no host in its subjectAltName
  std::string refused_issuer;          ///< issuer of the peer's certificate, if that was not accepted
  bool resumed = false;                ///< the handshake goes on with an earlier session, and asks for nothing again
  const char* version = "";            ///< version of a finished handshake: "TLSv1.3"
};

/// Returns the alert's name in RFC 8446, section 6: "unknown_ca".
std::string_view tls_alert_name(int alert) noexcept;

/// Tells whether the alert is a verdict on the client's certificate.
bool is_client_certificate_alert(int alert) noexcept;

/// Says, in OpenSSL's own words, why it has just refused to load the certificate of `identity` for `connection`.
[[nodiscard]] std::string why_not_loaded(SSL* connection, const TlsIdentity& identity);

/// Says why OpenSSL, having loaded the certificate, finds no signature algorithm to prove with its key to the server
/// that asked: which kinds of keys the server takes, and which kind ours is.
[[nodiscard]] std::string why_not_provable(SSL* connection, const TlsIdentity& identity);

/// Says, in OpenSSL's own words, why the key has just failed to sign for a handshake. A key from a file has signed
/// before, in TlsIdentity::load(); the token of a PKCS #11 key may be gone.
[[nodiscard]] std::string why_not_proven();

/// The state that belongs to one TLS connection, and not to the transfer that opened it, because other transfers use
/// the connection after it or at the same time. It lives as long as the connection or one of those who share it. The
/// thread that drives the connection writes and reads it.
class TlsConnection {
 public:
  /// Says who is at the other end. A proxy that is spoken to over TLS never sees the client certificate.
  enum class Peer { kServer, kProxy };

  /// Prepares the connection that libcurl is about to make from `context`: it trusts as `identity` does, presents its
  /// certificate when the server asks, and is watched. Returns null if memory is short.
  static std::shared_ptr<TlsConnection> attach(SSL_CTX* context, std::shared_ptr<const TlsIdentity> identity,
                                               Peer peer) noexcept;

  TlsConnection(std::shared_ptr<const TlsIdentity> identity, Peer peer) : identity_(std::move(identity)), peer_(peer) {}

  [[nodiscard]] const TlsEvidence& evidence() const noexcept { return evidence_; }
  [[nodiscard]] Peer peer() const noexcept { return peer_; }
  /// Tells whether the handshake is done, and its outcome is to speak HTTP/2 (ALPN).
  [[nodiscard]] bool speaks_http2() const noexcept { return speaks_http2_; }

  /// Tells whether requests of `identity` may go out on the connection: it was made for that identity, and a peer that
  /// asked for its certificate has got it.
  [[nodiscard]] bool may_carry(const TlsIdentity& identity) const noexcept {
    const bool lacks = identity.has_certificate() && evidence_.certificate_requested && !evidence_.certificate_shown;
    return identity_.get() == &identity && !lacks;
  }

  /// Tells whether bytes have come that were not read yet. May be called only while the connection is open, and after
  /// its handshake.
  [[nodiscard]] bool has_pending() const noexcept { return SSL_has_pending(ssl_) == 1; }

  /// Notes that an answer came over the connection. How such a connection ends one day has nothing to do with its
  /// handshake any more.
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
  const SSL* ssl_ = nullptr;  // set at the end of the handshake
  TlsEvidence evidence_;
  bool answered_ = false;
  bool speaks_http2_ = false;
};

}  // namespace easypost_connect::internal
