// SPDX-License-Identifier: Apache-2.0
#include "transport/tls_connection.hpp"

#include <new>
#include <utility>

#include "core/ascii.hpp"
#include "core/url_view.hpp"

namespace easypost_connect::internal {
namespace {

using Holder = std::shared_ptr<TlsConnection>;

void delete_holder(void* /*context*/, void* holder, CRYPTO_EX_DATA* /*all*/, int /*index*/, long /*argl*/,
                   void* /*argp*/) noexcept {
  delete static_cast<Holder*>(holder);
}

/// Where OpenSSL keeps the holder: in the SSL_CTX, of which libcurl makes one per connection.
int holder_index() noexcept {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, delete_holder);
  return index;
}

Holder* holder_of(const SSL* connection) noexcept {
  return static_cast<Holder*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), holder_index()));
}

}  // namespace

// No exception may pass through libcurl.
std::shared_ptr<TlsConnection> TlsConnection::attach(SSL_CTX* context, std::shared_ptr<const TlsIdentity> identity,
                                                     std::string_view host) noexcept try {
  auto connection = std::make_shared<TlsConnection>(std::move(identity), host);
  auto holder = std::make_unique<Holder>(connection);
  if (SSL_CTX_set_ex_data(context, holder_index(), holder.get()) != 1) return nullptr;
  static_cast<void>(holder.release());
  connection->identity_->install_trust(context);
  SSL_CTX_set_info_callback(context, &TlsConnection::on_event);
  SSL_CTX_set_cert_cb(context, &TlsConnection::on_certificate_request, nullptr);
  return connection;
} catch (const std::bad_alloc&) {
  return nullptr;
}

std::shared_ptr<TlsConnection> TlsConnection::of(const SSL* connection) noexcept {
  const Holder* holder = connection != nullptr ? holder_of(connection) : nullptr;
  return holder != nullptr ? *holder : nullptr;
}

void TlsConnection::on_event(const SSL* connection, int where, int value) noexcept {
  TlsEvidence& evidence = (*holder_of(connection))->evidence_;
  const int number = value & 0xff;
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) evidence.version = SSL_get_version(connection);
  if ((where & SSL_CB_ALERT) == 0 || number == SSL_AD_CLOSE_NOTIFY) return;
  if ((where & SSL_CB_READ) != 0) evidence.alert = number;
  if ((where & SSL_CB_WRITE) != 0) evidence.alert_sent = true;
}

/// The server asks for a certificate. libcurl makes the same context for a proxy that is spoken to over TLS: the
/// certificate is for the host of the URL only.
int TlsConnection::on_certificate_request(SSL* connection, void* /*unused*/) noexcept {
  TlsConnection& self = **holder_of(connection);
  if (!self.is_the_server(connection)) return 1;
  self.evidence_.certificate_requested = true;
  if (!self.identity_->has_certificate()) return 1;
  return self.identity_->present(connection) ? 1 : 0;
}

/// A host that is an IP address has no name in the handshake.
bool TlsConnection::is_the_server(const SSL* connection) const noexcept {
  const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  return name != nullptr ? equals_ignoring_case(name, host_) : host_is_ip_address(host_);
}

}  // namespace easypost_connect::internal
