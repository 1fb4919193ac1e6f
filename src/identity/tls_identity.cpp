// SPDX-License-Identifier: Apache-2.0
#include "identity/tls_identity.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "core/make_error.hpp"
#include "identity/pem.hpp"

namespace easypost_connect::internal {
namespace {

/// "2026-11-23 09:00:00 UTC"
std::string to_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable time";
  char text[32] = {};
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

std::optional<Error> check_validity(const X509* certificate, WallTime now) {
  std::time_t time = std::chrono::system_clock::to_time_t(now);
  const ASN1_TIME* begin = X509_get0_notBefore(certificate);
  const ASN1_TIME* end = X509_get0_notAfter(certificate);
  if (X509_cmp_time(end, &time) < 0) {
    return pem_error(kCertificateField, "expired on " + to_text(end),
                     "Make a new key and certificate signing request, and get a new certificate from the Portal.");
  }
  if (X509_cmp_time(begin, &time) > 0) {
    return pem_error(kCertificateField, "is not valid before " + to_text(begin), "Check the clock of this machine.");
  }
  return std::nullopt;
}

/// The key a certificate was issued for is the only one it works with; servers report a mix-up as a vague handshake
/// failure.
std::optional<Error> check_pair(const X509* certificate, const EVP_PKEY* key) {
  const bool matches = X509_check_private_key(certificate, key) == 1;
  ERR_clear_error();
  if (matches) return std::nullopt;
  return pem_error(kPrivateKeyField, "does not belong to the certificate",
                   "Give the key from which the certificate signing request of this certificate was made.");
}

/// Flags as libcurl sets them on a store of its own, so that the same chains are accepted.
constexpr unsigned long kTrustFlags = X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN;

Result<TrustStorePtr> load_trust(const TlsMaterial& server_ca) {
  TrustStorePtr store(X509_STORE_new());
  X509_STORE_set_flags(store.get(), kTrustFlags);
  if (server_ca.empty()) {
    X509_STORE_set_default_paths(store.get());
    return store;
  }
  const auto authorities = load_certificates(server_ca, kServerCaField);
  if (!authorities) return authorities.error();
  for (const auto& authority : *authorities) X509_STORE_add_cert(store.get(), authority.get());
  return store;
}

}  // namespace

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::load(const ClientCertificate& certificate,
                                                             const TlsMaterial& server_ca, WallTime now) {
  auto chain = load_certificates(certificate.certificate, kCertificateField);
  if (!chain) return std::move(chain).error();
  auto key = load_private_key(certificate.private_key, certificate.passphrase, kPrivateKeyField);
  if (!key) return std::move(key).error();
  const X509* leaf = chain->front().get();
  if (auto error = check_pair(leaf, key->get())) return *std::move(error);
  if (auto error = check_validity(leaf, now)) return *std::move(error);
  auto trust = load_trust(server_ca);
  if (!trust) return std::move(trust).error();

  auto identity = std::make_shared<TlsIdentity>();
  identity->leaf_ = std::move(chain->front());
  chain->erase(chain->begin());
  identity->intermediates_ = *std::move(chain);
  identity->chain_.reset(sk_X509_new_null());
  for (const auto& intermediate : identity->intermediates_) sk_X509_push(identity->chain_.get(), intermediate.get());
  identity->key_ = *std::move(key);
  identity->trust_ = *std::move(trust);
  return std::shared_ptr<const TlsIdentity>(std::move(identity));
}

std::shared_ptr<const TlsIdentity> TlsIdentity::without_certificate() const {
  auto identity = std::make_shared<TlsIdentity>();
  X509_STORE_up_ref(trust_.get());
  identity->trust_.reset(trust_.get());
  return identity;
}

WallTime TlsIdentity::expires_at() const {
  std::tm parts{};
  ASN1_TIME_to_tm(X509_get0_notAfter(leaf_.get()), &parts);
  const std::time_t latest = std::chrono::system_clock::to_time_t(WallTime::max());  // in the year 2262
  return std::chrono::system_clock::from_time_t(std::min(timegm(&parts), latest));
}

void TlsIdentity::install_trust(SSL_CTX* context) const noexcept { SSL_CTX_set1_cert_store(context, trust_.get()); }

bool TlsIdentity::present(SSL* connection) const noexcept {
  return SSL_use_cert_and_key(connection, leaf_.get(), key_.get(), chain_.get(), /*override=*/1) == 1;
}

}  // namespace easypost_connect::internal
