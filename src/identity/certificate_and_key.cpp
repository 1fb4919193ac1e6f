// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_and_key.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "identity/certificates.hpp"
#include "identity/encryption.hpp"
#include "identity/material.hpp"
#include "identity/pkcs11.hpp"
#include "identity/pkcs12.hpp"
#include "identity/private_key.hpp"

namespace easypost_connect::internal {
namespace {

using Warnings = std::vector<CredentialWarning>;

/// The key that comes along with the certificate.
Result<KeyPtr> key_beside_certificate(const std::vector<Piece>& pieces, const ClientCertificate& given,
                                      const std::vector<CertificatePtr>& certificates, Warnings& warnings) {
  if (std::any_of(pieces.begin(), pieces.end(), is_private_key)) {
    return private_key_in(pieces, given.passphrase, kCertificateField.of(given.certificate), certificates, &warnings);
  }
  return material_error(kPrivateKeyField, "is not set, and the certificate does not bring a key along",
                        "Give the key from which the certificate signing request of this certificate was made.");
}

bool is_same(const TlsMaterial& a, const TlsMaterial& b) { return a.path() == b.path() && a.content() == b.content(); }

/// Whether the key is not in the file of the certificate.
bool has_own_file(const ClientCertificate& given) {
  return !given.private_key.empty() && !is_same(given.private_key, given.certificate);
}

/// `pieces` are those of the certificate.
Result<KeyPtr> load_key(const ClientCertificate& given, const std::vector<Piece>& pieces,
                        const std::vector<CertificatePtr>& certificates, Warnings& warnings) {
  const TlsMaterial& source = given.private_key;
  if (source.empty()) return key_beside_certificate(pieces, given, certificates, warnings);
  if (!source.uri().empty()) return load_pkcs11_key(source.uri(), given.passphrase);
  if (has_own_file(given)) {
    return load_private_key(source, given.passphrase, kPrivateKeyField, certificates, &warnings);
  }
  return private_key_in(pieces, given.passphrase, kPrivateKeyField.of(source), certificates, &warnings);
}

Warnings warnings_about(const std::vector<Piece>& pieces, const ClientCertificate& given) {
  Warnings warnings;
  if (has_own_file(given)) {
    warn_of_unused(pieces, {Form::kCertificate, Form::kPkcs7}, kCertificateField, warnings);
  } else {
    warn_of_unused(pieces, {Form::kCertificate, Form::kPkcs7, Form::kPrivateKey, Form::kEncryptedPrivateKey},
                   kCertificateField, warnings);
  }
  return warnings;
}

/// A key may be given beside a PKCS #12 file that has none.
Result<CertificateAndKey> load_pkcs12(const Secret& der, const ClientCertificate& given) {
  const MaterialField field = kCertificateField.of(given.certificate);
  auto found = parse_pkcs12(der, given.passphrase, field);
  if (!found) return found;
  const bool own_file = has_own_file(given);
  if (found->key && own_file) {
    return material_error(kPrivateKeyField, "excludes a PKCS #12 file as certificate, which brings its own key along",
                          "Set either the one or the other.");
  }
  if (found->key) return found;
  if (!own_file) {
    return material_error(field, "is a PKCS #12 file with certificates and no private key: a trust store",
                          "Export the certificate together with its private key, or set " +
                              std::string(kPrivateKeyField.option) + " as well.");
  }
  auto key = load_key(given, {}, found->certificates, found->warnings);
  if (!key) return std::move(key).error();
  found->key = *std::move(key);
  return found;
}

}  // namespace

Result<CertificateAndKey> load_certificate_and_key(const ClientCertificate& given) {
  if (auto error = no_algorithms_error()) return *std::move(error);
  const MaterialField field = kCertificateField.of(given.certificate);
  const auto content = read_material(given.certificate, kCertificateField);
  if (!content) return content.error();
  const auto pieces = pieces_of(*content, field);
  if (!pieces) return pieces.error();
  if (is_pkcs12(*pieces)) return load_pkcs12(pieces->front().der, given);
  auto certificates = certificates_in(*pieces, field);
  if (!certificates) return std::move(certificates).error();
  auto warnings = warnings_about(*pieces, given);
  auto key = load_key(given, *pieces, *certificates, warnings);
  if (!key) return std::move(key).error();
  return CertificateAndKey{*std::move(certificates), *std::move(key), /*in_order=*/true, std::move(warnings)};
}

}  // namespace easypost_connect::internal
