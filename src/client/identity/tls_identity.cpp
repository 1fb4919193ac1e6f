// SPDX-License-Identifier: Apache-2.0
#include "identity/tls_identity.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "core/make_error.hpp"
#include "identity/certificate_and_key.hpp"
#include "identity/certificate_checks.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

std::vector<CredentialWarning> warnings_about_files(const ClientCertificate& given) {
  std::vector<CredentialWarning> warnings;
  const TlsMaterial& key_source = given.private_key.empty() ? given.certificate : given.private_key;
  if (!key_source.path().empty() && readable_by_others(key_source.path())) {
    warnings.push_back({"Every account of this machine may read the file of the client's private key.",
                        "Take that permission away: chmod o-rwx, or 0600."});
  }
  return warnings;
}

/// libcurl sets these flags on a store of its own; with them the same chains are accepted.
constexpr unsigned long kTrustFlags = X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN;

Result<TrustStorePtr> load_trust(const TlsMaterial& server_ca, std::vector<CredentialWarning>& warnings) {
  TrustStorePtr store(made(X509_STORE_new()));
  X509_STORE_set_flags(store.get(), kTrustFlags);
  if (server_ca.empty()) {
    done(X509_STORE_set_default_paths(store.get()));
    return store;
  }
  const auto authorities = load_certificates(server_ca, kServerCaField, &warnings);
  if (!authorities) return authorities.error();
  for (const auto& authority : *authorities) {
    X509_check_purpose(authority.get(), -1,
                       0);  // reads its extensions now, and not in the first handshakes, all at once
    done(X509_STORE_add_cert(store.get(), authority.get()));
  }
  return store;
}

}  // namespace

/// When OpenSSL has no memory, it says of the certificate or the key what it would say of a damaged one. The C library
/// leaves ENOMEM behind (malloc(3)), and nothing else here fails on the way.
Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::load(const ClientCertificate& certificate,
                                                             const TlsMaterial& server_ca, WallTime now) {
  errno = 0;
  auto loaded = load_all(certificate, server_ca, now);
  if (!loaded && errno == ENOMEM) return out_of_memory();
  return loaded;
}

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::load_all(const ClientCertificate& certificate,
                                                                 const TlsMaterial& server_ca, WallTime now) {
  auto loaded = load_certificate_and_key(certificate);
  if (!loaded) return std::move(loaded).error();
  auto identity = std::make_shared<TlsIdentity>();
  identity->warnings_ = warnings_about_files(certificate);
  auto& warnings = identity->warnings_;
  std::move(loaded->warnings.begin(), loaded->warnings.end(), std::back_inserter(warnings));
  if (auto ordered = order_chain(*loaded, now, warnings); !ordered) return std::move(ordered).error();
  auto& chain = loaded->certificates;
  if (auto checked = check_leaf(chain.front().get(), now); !checked) return std::move(checked).error();
  const bool in_token = !certificate.private_key.uri().empty();
  if (auto tried = try_in_tls(*loaded, /*may_sign=*/!in_token); !tried) return std::move(tried).error();
  auto trust = load_trust(server_ca, identity->warnings_);
  if (!trust) return std::move(trust).error();

  doubt_chain(chain, now, warnings);
  identity->leaf_ = std::move(chain.front());
  chain.erase(chain.begin());
  identity->intermediates_ = std::move(chain);
  identity->chain_.reset(made(sk_X509_new_null()));
  for (const auto& intermediate : identity->intermediates_)
    done(sk_X509_push(identity->chain_.get(), intermediate.get()));
  identity->key_ = std::move(loaded->key);
  identity->trust_ = *std::move(trust);
  identity->own_authorities_ = !server_ca.empty();
  return std::shared_ptr<const TlsIdentity>(std::move(identity));
}

Result<std::shared_ptr<const TlsIdentity>> TlsIdentity::trusting(const TlsMaterial& server_ca) {
  auto identity = std::make_shared<TlsIdentity>();
  errno = 0;
  auto trust = load_trust(server_ca, identity->warnings_);
  if (!trust && errno == ENOMEM) return out_of_memory();
  if (!trust) return std::move(trust).error();
  identity->trust_ = *std::move(trust);
  identity->own_authorities_ = !server_ca.empty();
  return std::shared_ptr<const TlsIdentity>(std::move(identity));
}

std::shared_ptr<const TlsIdentity> TlsIdentity::without_certificate() const {
  auto identity = std::make_shared<TlsIdentity>();
  X509_STORE_up_ref(trust_.get());
  identity->trust_.reset(trust_.get());
  identity->own_authorities_ = own_authorities_;
  return identity;
}

WallTime TlsIdentity::expires_at() const {
  return to_wall_time(X509_get0_notAfter(leaf_.get())).value_or(WallTime::max());
}

std::vector<std::string> TlsIdentity::subjects() const {
  std::vector<std::string> names{to_text(X509_get_subject_name(leaf_.get()))};
  for (const auto& intermediate : intermediates_) names.push_back(to_text(X509_get_subject_name(intermediate.get())));
  return names;
}

void TlsIdentity::install_trust(SSL_CTX* context) const noexcept { SSL_CTX_set1_cert_store(context, trust_.get()); }

bool TlsIdentity::present(SSL* connection) const noexcept {
  return SSL_use_cert_and_key(connection, leaf_.get(), key_.get(), chain_.get(), /*override=*/1) == 1;
}

}  // namespace easypost_connect::internal
