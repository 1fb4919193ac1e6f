// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "identity/certificate_and_key.hpp"
#include "identity/private_key.hpp"
#include "identity/tls_identity.hpp"
#include "unit/identity/test_certificates.hpp"

namespace easypost_connect::unit_test {

/// The certificate of a server on localhost, made once.
inline const sandbox::IssuedCertificate& server_certificate() {
  static const sandbox::IssuedCertificate made = authority().issue(sandbox::server_profile());
  return made;
}

struct ServerSettings {
  int tls_version = TLS1_3_VERSION;
  bool demands_certificate = true;
  const sandbox::IssuedCertificate* certificate = &server_certificate();
  const sandbox::CertificateAuthority* trusts = &authority();
  const char* signatures = nullptr;  ///< algorithms the server takes, in OpenSSL's notation; null: its defaults
};

/// Gives a client's context the trust and the certificate of this identity, as the transport does.
inline void install(const internal::TlsIdentity& identity, SSL_CTX* context) {
  identity.install_trust(context);
  const auto present = [](SSL* connection, void* shown) {
    const auto& own = *static_cast<const internal::TlsIdentity*>(shown);
    return !own.has_certificate() || own.present(connection) ? 1 : 0;
  };
  SSL_CTX_set_cert_cb(context, present, const_cast<internal::TlsIdentity*>(&identity));
}

/// A TLS handshake between a client and a server in one process, without a socket.
class MemoryHandshake {
 public:
  /// `prepare_client` configures the client as the code under test does it.
  MemoryHandshake(const std::function<void(SSL_CTX*)>& prepare_client, const ServerSettings& settings)
      : client_context_(SSL_CTX_new(TLS_client_method())), server_context_(make_server_context(settings)) {
    SSL_CTX_set_verify(client_context_.get(), SSL_VERIFY_PEER, nullptr);
    prepare_client(client_context_.get());
    client_.reset(SSL_new(client_context_.get()));
    server_.reset(SSL_new(server_context_.get()));
    connect_in_memory();
    run();
  }

  [[nodiscard]] bool client_succeeded() const { return client_succeeded_; }
  [[nodiscard]] bool server_succeeded() const { return server_succeeded_; }
  [[nodiscard]] long client_verify_result() const { return SSL_get_verify_result(client_.get()); }

  /// Returns how many certificates the server received from the client.
  [[nodiscard]] int certificates_received() const {
    if (SSL_get0_peer_certificate(server_.get()) == nullptr) return 0;
    return 1 + sk_X509_num(SSL_get_peer_cert_chain(server_.get()));  // a server's chain leaves out the first one
  }

 private:
  static internal::SslContextPtr make_server_context(const ServerSettings& settings) {
    internal::SslContextPtr context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_min_proto_version(context.get(), settings.tls_version);
    SSL_CTX_set_max_proto_version(context.get(), settings.tls_version);
    auto chain =
        internal::load_certificates(pem(settings.certificate->certificate), internal::kCertificateField).value();
    auto key =
        internal::load_private_key(pem(settings.certificate->private_key), {}, internal::kPrivateKeyField).value();
    SSL_CTX_use_certificate(context.get(), chain.front().get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    if (settings.signatures != nullptr) SSL_CTX_set1_client_sigalgs_list(context.get(), settings.signatures);
    if (!settings.demands_certificate) return context;
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    auto trusted = internal::load_certificates(pem(settings.trusts->certificate()), internal::kServerCaField).value();
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), trusted.front().get());
    return context;
  }

  void connect_in_memory() {
    BIO* client_side = nullptr;
    BIO* server_side = nullptr;
    if (BIO_new_bio_pair(&client_side, 64 * 1024, &server_side, 64 * 1024) != 1) throw std::runtime_error("no memory");
    SSL_set_bio(client_.get(), client_side, client_side);
    SSL_set_bio(server_.get(), server_side, server_side);
    SSL_set_connect_state(client_.get());
    SSL_set_accept_state(server_.get());
  }

  /// Lets both sides take turns, often enough for any handshake. Then the client reads: TLS 1.3 refuses it now.
  void run() {
    for (int round = 0; round < 10; ++round) {
      client_succeeded_ = SSL_do_handshake(client_.get()) == 1;
      server_succeeded_ = SSL_do_handshake(server_.get()) == 1;
    }
    char nothing[1];
    SSL_read(client_.get(), nothing, sizeof nothing);
    ERR_clear_error();
  }

  internal::SslContextPtr client_context_;
  internal::SslContextPtr server_context_;
  internal::SslPtr client_;
  internal::SslPtr server_;
  bool client_succeeded_ = false;
  bool server_succeeded_ = false;
};

}  // namespace easypost_connect::unit_test
