// SPDX-License-Identifier: Apache-2.0
#include "sandbox/server_tls.hpp"

#include <string_view>
#include <utility>

namespace easypost_connect::sandbox {

void TrustedAuthorities::trust(const std::vector<std::string>& authorities) {
  decltype(store_) store(checked(X509_STORE_new(), "making a trust store"));
  std::vector<CertificatePtr> certificates;
  for (const std::string& pem : authorities) {
    certificates.push_back(read_certificate(pem));
    X509* const authority = certificates.back().get();
    // Has its extensions parsed now. The first handshakes would do it otherwise, at the same time, guarded by atomics
    // in libcrypto that ThreadSanitizer does not see.
    checked(X509_check_purpose(authority, -1, 0), "reading the extensions of an authority");
    checked(X509_STORE_add_cert(store.get(), authority), "trusting an authority");
  }
  const std::lock_guard lock(mutex_);
  store_ = std::move(store);
  certificates_ = std::move(certificates);
}

void TrustedAuthorities::demand_in(SSL_CTX& context) const {
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  const auto on_hello = [](SSL* connection, void* self) noexcept {
    return static_cast<const TrustedAuthorities*>(self)->install(connection) ? 1 : 0;
  };
  SSL_CTX_set_cert_cb(&context, on_hello, const_cast<TrustedAuthorities*>(this));
}

bool TrustedAuthorities::install(SSL* connection) const noexcept {
  const std::lock_guard lock(mutex_);
  if (SSL_set1_verify_cert_store(connection, store_.get()) != 1) return false;
  for (const CertificatePtr& certificate : certificates_) {
    if (SSL_add_client_CA(connection, certificate.get()) != 1) return false;
  }
  return true;
}

namespace {

/// Names of protocols in order of preference, each behind its length (RFC 7301, section 3.1).
constexpr std::string_view kProtocols = "\x02h2\x08http/1.1";

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// A client that offers neither hears nothing of ALPN, and is taken to speak HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) noexcept {
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, size, bytes_of(kProtocols),
                                            static_cast<unsigned int>(kProtocols.size()), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int accept_any(X509_STORE_CTX*, void*) noexcept { return 1; }

}  // namespace

void configure(SSL_CTX& context, const ServerTls& tls) {
  checked(SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION), "setting the lowest TLS version");
  SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(&context, SSL_MODE_NO_AUTO_CHAIN);  // or it would send its authority along, if it trusts it
  const CertificatePtr certificate = read_certificate(tls.identity.certificate);
  const KeyPtr key = read_private_key(tls.identity.private_key);
  checked(SSL_CTX_use_certificate(&context, certificate.get()), "using the server certificate");
  checked(SSL_CTX_use_PrivateKey(&context, key.get()), "using the server key");

  // OpenSSL fails a client that resumes a session on a listener that verifies certificates, unless sessions have a
  // name.
  static constexpr unsigned char kSessions[] = "easypost-connect-sandbox";
  checked(SSL_CTX_set_session_id_context(&context, kSessions, sizeof kSessions), "naming the sessions");

  if (tls.http2) SSL_CTX_set_alpn_select_cb(&context, choose_protocol, nullptr);

  switch (tls.client_certificates) {
    case ClientCertificates::kRequired: tls.trusted_authorities->demand_in(context); break;
    case ClientCertificates::kUnasked: break;
    case ClientCertificates::kNoticed:
      SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
      SSL_CTX_set_cert_verify_callback(&context, accept_any, nullptr);
      break;
  }
}

std::string client_common_name(const SSL& ssl) {
  X509* const certificate = SSL_get0_peer_certificate(&ssl);
  if (certificate == nullptr) return "";
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int position = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (position < 0) return "";
  const ASN1_STRING* name = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, position));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
          static_cast<std::size_t>(ASN1_STRING_length(name))};
}

bool speaks_http2(const SSL& ssl) noexcept {
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(&ssl, &chosen, &size);
  return std::string_view(reinterpret_cast<const char*>(chosen), size) == "h2";
}

bool has_client_certificate(const SSL& ssl) noexcept { return SSL_get0_peer_certificate(&ssl) != nullptr; }

}  // namespace easypost_connect::sandbox
