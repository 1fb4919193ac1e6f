// SPDX-License-Identifier: Apache-2.0
#include "sandbox/trusted_authorities.hpp"

#include <utility>

#include "sandbox/server_tls.hpp"

namespace easypost_connect::sandbox {

void TrustedAuthorities::trust(const std::vector<std::string>& authorities) {
  decltype(store_) store(checked(X509_STORE_new(), "making a trust store"));
  std::vector<CertificateHandle> certificates;
  for (const std::string& pem : authorities) {
    certificates.push_back(parse_certificate(pem));
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
  for (const CertificateHandle& certificate : certificates_) {
    if (SSL_add_client_CA(connection, certificate.get()) != 1) return false;
  }
  return true;
}

}  // namespace easypost_connect::sandbox
