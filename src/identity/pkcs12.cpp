// SPDX-License-Identifier: Apache-2.0
#include "identity/pkcs12.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "identity/distinguished_name.hpp"
#include "identity/pkcs12_contents.hpp"

namespace easypost_connect::internal {
namespace {

using Certificates = std::vector<CertificatePtr>;

Certificates::iterator certificate_of(const KeyPtr& key, Certificates& certificates) {
  return std::find_if(certificates.begin(), certificates.end(),
                      [&](const auto& each) { return X509_check_private_key(each.get(), key.get()) == 1; });
}

void drop_repetitions(std::vector<Pkcs12Key>& keys) {
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    const auto same = [key](const auto& other) { return EVP_PKEY_eq(key->key.get(), other.key.get()) == 1; };
    keys.erase(std::remove_if(std::next(key), keys.end(), same), keys.end());
  }
}

Error several_keys(std::vector<Pkcs12Key>& keys, Certificates& certificates, const MaterialField& field) {
  std::string names;
  for (const Pkcs12Key& each : keys) {
    const auto certificate = certificate_of(each.key, certificates);
    names.append(names.empty() ? "\"" : ", \"").append(each.alias).append("\" (");
    names +=
        certificate == certificates.end() ? "without certificate" : to_text(X509_get_subject_name(certificate->get()));
    names += ')';
  }
  return material_error(field, "is a key store with " + std::to_string(keys.size()) + " keys: " + names,
                        "Take the one for EasyPost out of it: keytool -importkeystore -srckeystore OLD.p12 -srcalias "
                        "ALIAS -destkeystore NEW.p12 -deststoretype PKCS12");
}

}  // namespace

bool is_pkcs12(const std::vector<Piece>& pieces) noexcept {
  return pieces.size() == 1 && pieces.front().form == Form::kPkcs12;
}

Result<CertificateAndKey> parse_pkcs12(const Secret& der, const Secret& passphrase, const MaterialField& field) {
  auto contents = open_pkcs12(der, passphrase, field);
  if (!contents) return std::move(contents).error();
  const ClearErrorsOnExit clear_errors;
  auto& keys = contents->keys;
  auto& certificates = contents->certificates;
  if (certificates.empty()) {
    return material_error(field, "is a PKCS #12 file without a certificate",
                          keys.empty() ? "Export certificate and key together."
                                       : "Give the certificate in a file of its own, and this one as " +
                                             std::string(kPrivateKeyField.option) + ".");
  }
  drop_repetitions(keys);
  std::vector<CredentialWarning> warnings;
  for (const std::string& other : contents->others) warnings.push_back(unused_warning(field, other));
  if (keys.size() > 1) {
    const auto bare = std::stable_partition(keys.begin(), keys.end(), [&](const auto& each) {
      return certificate_of(each.key, certificates) != certificates.end();
    });
    if (bare != std::next(keys.begin())) return several_keys(keys, certificates, field);
    for (auto other = bare; other != keys.end(); ++other) {
      warnings.push_back(unused_warning(field, "a private key \"" + other->alias + "\" without certificate"));
    }
  }
  KeyPtr key = keys.empty() ? KeyPtr() : std::move(keys.front().key);
  if (key) {
    const auto leaf = certificate_of(key, certificates);
    if (leaf != certificates.end()) std::rotate(certificates.begin(), leaf, std::next(leaf));
  }
  return CertificateAndKey{std::move(certificates), std::move(key), /*in_order=*/false, std::move(warnings)};
}

Result<Certificates> parse_trust_store(const Secret& der, const MaterialField& field) {
  constexpr std::string_view kJavasPassphrase = "changeit";  // of cacerts, by the documentation of keytool
  auto contents = open_pkcs12(der, Secret(kJavasPassphrase), field);
  if (!contents) return std::move(contents).error();
  if (!contents->keys.empty()) {
    return material_error(field, "is a PKCS #12 file with a private key, not a trust store",
                          "Give the certificates of the authority alone: openssl pkcs12 -in OLD.p12 -cacerts -nokeys");
  }
  if (!contents->certificates.empty()) return std::move(contents->certificates);
  return material_error(field, "is a PKCS #12 file without a certificate", "Give one that holds the authority.");
}

}  // namespace easypost_connect::internal
