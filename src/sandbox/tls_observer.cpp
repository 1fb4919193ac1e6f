// SPDX-License-Identifier: Apache-2.0
#include "sandbox/listener.hpp"

#include <memory>
#include <string>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "sandbox/connections.hpp"

namespace easypost_connect::sandbox {
namespace {

/// Notes are attached to an SSL and freed together with it.
struct Connection {
  TlsObserver* observer;
  int socket;
  bool settled = false;  // accepted or refused; TLS 1.3 goes on reporting events after the handshake
};

void free_connection(void*, void* data, CRYPTO_EX_DATA*, int, long, void*) noexcept {
  const std::unique_ptr<Connection> connection(static_cast<Connection*>(data));
  if (connection) connection->observer->closing(connection->socket);
}

int connection_slot() noexcept {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_connection);
  return slot;
}

Connection& connection_of(const SSL* ssl) {
  if (void* known = SSL_get_ex_data(ssl, connection_slot())) return *static_cast<Connection*>(known);
  auto* observer = static_cast<TlsObserver*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  auto connection = std::make_unique<Connection>(Connection{observer, SSL_get_fd(ssl)});
  // The info callback hands out a const SSL, although this is the place to put something on it.
  SSL_set_ex_data(const_cast<SSL*>(ssl), connection_slot(), connection.get());
  observer->opened(connection->socket);
  return *connection.release();
}

std::string reason_of(const SSL* ssl, bool by_client, int alert) {
  const std::string alert_name = SSL_alert_desc_string_long(alert);
  if (by_client) return "the client sent the alert '" + alert_name + "'";
  const long verified = SSL_get_verify_result(ssl);
  if (verified != X509_V_OK) return "client certificate: " + std::string(X509_verify_cert_error_string(verified));
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return reason != nullptr ? reason : alert_name;
}

void on_event(const SSL* ssl, int where, int value) noexcept {
  Connection& connection = connection_of(ssl);
  if (connection.settled) return;
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) {
    connection.settled = true;
    connection.observer->accepted(*ssl);
  } else if ((where & SSL_CB_ALERT) != 0 && (value >> 8) == SSL3_AL_FATAL) {
    connection.settled = true;
    const bool by_client = where == SSL_CB_READ_ALERT;
    connection.observer->refused(reason_of(ssl, by_client, value));
    if (!by_client) end_when_read(connection.socket);  // or it would never learn why
  }
}

}  // namespace

void observe(SSL_CTX& context, TlsObserver& observer) noexcept {
  SSL_CTX_set_app_data(&context, &observer);
  SSL_CTX_set_info_callback(&context, on_event);
}

}  // namespace easypost_connect::sandbox
