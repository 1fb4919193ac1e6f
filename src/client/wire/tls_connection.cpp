// SPDX-License-Identifier: Apache-2.0
#include "wire/tls_connection.hpp"

#include <openssl/x509v3.h>

#include <memory>
#include <new>

#include "core/openssl_handles.hpp"
#include "core/process.hpp"
#include "core/text.hpp"
#include "identity/certificate_checks.hpp"
#include "identity/handshake_state.hpp"

namespace easypost_connect::internal {
namespace {

using Holder = std::shared_ptr<TlsConnection>;

void delete_holder(void* /*context*/, void* holder, CRYPTO_EX_DATA* /*all*/, int /*index*/, long /*argl*/,
                   void* /*argp*/) noexcept {
  delete static_cast<Holder*>(holder);
}

/// Names the place where OpenSSL keeps the holder: in the SSL_CTX, of which libcurl makes one per connection. OpenSSL
/// calls delete_holder() whenever anybody in the process frees an SSL_CTX, for good.
int holder_index() noexcept {
  static const int index = [] {
    stay_loaded();
    return SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, delete_holder);
  }();
  return index;
}

Holder* holder_of(const SSL* connection) noexcept {
  return static_cast<Holder*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), holder_index()));
}

/// TLS 1.3 gives no meaning to the level that an alert states: all alerts but these two end the connection (RFC 8446,
/// section 6).
bool is_fatal(const SSL* connection, int alert) noexcept {
  const int number = alert & 0xff;
  if (number == SSL_AD_CLOSE_NOTIFY || number == SSL_AD_USER_CANCELLED) return false;
  return (alert >> 8) == SSL3_AL_FATAL || SSL_version(connection) >= TLS1_3_VERSION;
}

/// Tells whether the peer is gone without a word. OpenSSL has an alert even for that under libcurl before 7.87.
bool just_ended() noexcept {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

/// Tells whether the certificate names a host where clients look for one, in its subjectAltName.
bool names_a_host(const X509* certificate) noexcept {
  const std::unique_ptr<GENERAL_NAMES, OpenSslFree<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const int kind = sk_GENERAL_NAME_value(names.get(), i)->type;
    if (kind == GEN_DNS || kind == GEN_IPADD) return true;
  }
  return false;
}

}  // namespace

// No exception may pass through libcurl.
std::shared_ptr<TlsConnection> TlsConnection::attach(SSL_CTX* context, std::shared_ptr<const TlsIdentity> identity,
                                                     Peer peer) noexcept try {
  auto connection = std::make_shared<TlsConnection>(std::move(identity), peer);
  auto holder = std::make_unique<Holder>(connection);
  if (SSL_CTX_set_ex_data(context, holder_index(), holder.get()) != 1) return nullptr;
  static_cast<void>(holder.release());
  connection->identity_->install_trust(context);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &TlsConnection::on_verified);
  SSL_CTX_set_info_callback(context, &TlsConnection::on_event);
  SSL_CTX_set_cert_cb(context, &TlsConnection::on_certificate_request, nullptr);
  SSL_CTX_set_client_cert_cb(context, &TlsConnection::on_nothing_to_show);
  // the callback of libcurl writes the keys of all connections to SSLKEYLOGFILE
  SSL_CTX_set_keylog_callback(context, nullptr);
  return connection;
} catch (const std::bad_alloc&) {
  return nullptr;
}

void TlsConnection::on_event(const SSL* connection, int where, int value) noexcept {
  TlsConnection& self = **holder_of(connection);
  self.evidence_.resumed = SSL_session_reused(connection) == 1;
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) self.see_end_of_handshake(connection);
  if ((where & SSL_CB_LOOP) != 0) self.see_state(connection);
  if ((where & SSL_CB_ALERT) != 0) self.see_alert(connection, where, value);
}

/// Refuses, beyond OpenSSL's verdict, a certificate that names no host where clients look for it. libcurl would look at
/// the common name then, which a client must not (RFC 9110, section 4.3.4). The issuer's name tells a proxy that looks
/// into TLS from a wrong server.
int TlsConnection::on_verified(int passed, X509_STORE_CTX* chain) noexcept try {
  const X509* leaf = X509_STORE_CTX_get0_cert(chain);
  const auto* connection =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (leaf == nullptr || connection == nullptr) return passed;
  TlsEvidence& evidence = (*holder_of(connection))->evidence_;
  if (passed == 1 && X509_STORE_CTX_get_error_depth(chain) == 0 && !names_a_host(leaf)) {
    X509_STORE_CTX_set_error(chain, X509_V_ERR_HOSTNAME_MISMATCH);
    evidence.names_no_host = true;
    passed = 0;
  }
  if (passed != 1) {
    constexpr std::size_t kLongest = 128;
    evidence.refused_issuer = printable(to_text(X509_get_issuer_name(leaf)), kLongest);
  }
  return passed;
} catch (const std::bad_alloc&) {
  return passed;
}

/// HTTP/2 does without renegotiation (RFC 9113, section 9.2.1), so a demand for it is not answered then.
void TlsConnection::see_end_of_handshake(const SSL* connection) noexcept {
  ssl_ = connection;
  evidence_.version = SSL_get_version(connection);
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(connection, &protocol, &size);
  speaks_http2_ = std::string_view(reinterpret_cast<const char*>(protocol), size) == "h2";
  if (speaks_http2_) SSL_set_options(const_cast<SSL*>(connection), SSL_OP_NO_RENEGOTIATION);
}

/// Notes what happened in a state; OpenSSL calls this when it leaves the state. The proof with the key goes out only
/// behind a certificate (RFC 8446, section 4.4.3; RFC 5246, section 7.4.8), never behind an empty one.
void TlsConnection::see_state(const SSL* connection) noexcept {
  if (is_in_state(connection, kReadsCertificateRequest)) evidence_.certificate_requested = true;
  if (is_in_state(connection, kWritesClientProof)) evidence_.certificate_shown = true;
}

/// Notes an alert. OpenSSL says that something went wrong on this side before it leaves the state in which that
/// happened.
void TlsConnection::see_alert(const SSL* connection, int where, int value) noexcept try {
  if ((where & SSL_CB_READ) != 0 && (value & 0xff) == SSL_AD_CLOSE_NOTIFY) evidence_.close_notified = true;
  if (!is_fatal(connection, value)) return;
  if ((where & SSL_CB_READ) != 0) evidence_.alert = value & 0xff;
  if ((where & SSL_CB_WRITE) == 0) return;
  evidence_.alert_sent = !just_ended();
  if (is_in_state(connection, kWritesClientProof)) evidence_.why_unproven = why_not_proven();
} catch (const std::bad_alloc&) {
  evidence_.why_unproven.clear();
}

/// Answers a server that asks for a certificate. 0 ends the handshake with an alert.
int TlsConnection::on_certificate_request(SSL* connection, void* /*unused*/) noexcept {
  TlsConnection& self = **holder_of(connection);
  if (!self.presents() || self.identity_->present(connection)) return 1;
  self.withhold(&why_not_loaded, connection);
  return 0;
}

/// OpenSSL calls this when it is about to answer that request with nothing. If there is a certificate, OpenSSL has
/// found no way to prove with its key, and would go on without one; -1 keeps it from that. The result says "wait"
/// (SSL_ERROR_WANT_X509_LOOKUP), for which libcurl has no use, so it ends the connection. The handshake must not come
/// to its end, because its session could be resumed later without the server asking again.
int TlsConnection::on_nothing_to_show(SSL* connection, X509** /*certificate*/, EVP_PKEY** /*key*/) noexcept {
  TlsConnection& self = **holder_of(connection);
  if (!self.presents()) return 0;
  self.withhold(&why_not_provable, connection);
  return -1;
}

void TlsConnection::withhold(std::string (*why)(SSL*, const TlsIdentity&), SSL* connection) noexcept try {
  evidence_.certificate_requested = true;  // OpenSSL is still in that state up to TLS 1.2
  evidence_.certificate_withheld = true;
  evidence_.why_withheld = why(connection, *identity_);
} catch (const std::bad_alloc&) {
  evidence_.why_withheld.clear();
}

}  // namespace easypost_connect::internal
