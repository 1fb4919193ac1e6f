// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_and_key.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "identity/certificate_checks.hpp"
#include "identity/encryption.hpp"
#include "identity/material.hpp"
#include "identity/pkcs12_contents.hpp"
#include "identity/private_key.hpp"

namespace easypost_connect::internal {
namespace {

using Certificates = std::vector<CertificatePtr>;

/// Reads a certificate with the trust settings that OpenSSL's own TRUSTED CERTIFICATE carries: a store heeds them.
CertificatePtr certificate_of(const Piece& piece) {
  const std::string_view der = piece.der.expose();
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const auto size = static_cast<long>(der.size());
  return CertificatePtr(piece.label == "TRUSTED CERTIFICATE" ? d2i_X509_AUX(nullptr, &bytes, size)
                                                             : d2i_X509(nullptr, &bytes, size));
}

const STACK_OF(X509) * certificates_of(const PKCS7* container) noexcept {
  if (container == nullptr || container->d.ptr == nullptr) return nullptr;
  if (PKCS7_type_is_signed(container)) return container->d.sign->cert;
  return nullptr;
}

Result<void> add_pkcs12(const Piece& piece, const MaterialField& field, Certificates& certificates) {
  if (field.factor != Factor::kServerCertificate) {
    return material_error(field, "holds " + to_text(piece) + " beside other blocks", "Give it in a file of its own.");
  }
  auto found = parse_trust_store(piece.der, field);
  if (!found) return std::move(found).error();
  std::move(found->begin(), found->end(), std::back_inserter(certificates));
  return {};
}

Result<void> add_pkcs7(const Piece& piece, const MaterialField& field, Certificates& certificates) {
  const std::string_view der = piece.der.expose();
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const Pkcs7Ptr container(d2i_PKCS7(nullptr, &bytes, static_cast<long>(der.size())));
  const STACK_OF(X509)* const found = certificates_of(container.get());
  if (found == nullptr || sk_X509_num(found) == 0) {
    return material_error(field, "holds " + to_text(piece) + " without certificates",
                          "Export it again, with the certificates of the chain.");
  }
  for (int i = 0; i < sk_X509_num(found); ++i) {
    X509* const certificate = sk_X509_value(found, i);
    X509_up_ref(certificate);
    certificates.emplace_back(certificate);
  }
  return {};
}

Result<void> add(const Piece& piece, const MaterialField& field, Certificates& certificates) {
  if (piece.form == Form::kPkcs7) return add_pkcs7(piece, field, certificates);
  if (piece.form == Form::kPkcs12) return add_pkcs12(piece, field, certificates);
  if (piece.form == Form::kOther) {
    return material_error(field, "holds " + to_text(piece) + ", which cannot be used",
                          "Remove that block, or convert it.");
  }
  if (piece.form != Form::kCertificate) return {};
  auto certificate = certificate_of(piece);
  if (!certificate) {
    return material_error(field, "holds a damaged certificate (" + to_text(piece) + ")",
                          "Copy the PEM text again, whole and unchanged.");
  }
  certificates.push_back(std::move(certificate));
  return {};
}

}  // namespace

Result<Certificates> certificates_in(const std::vector<Piece>& pieces, const MaterialField& field) {
  const ClearErrorsOnExit clear_errors;
  Certificates certificates;
  for (const Piece& piece : pieces) {
    if (auto added = add(piece, field, certificates); !added) return std::move(added).error();
  }
  if (!certificates.empty()) return certificates;
  return material_error(field, "holds no certificate, but " + to_text(pieces.front()),
                        "Give the PEM file that begins with -----BEGIN CERTIFICATE-----, as the Portal returned it.");
}

Result<Certificates> parse_certificates(const Secret& content, const MaterialField& field) {
  const auto pieces = pieces_of(content, field);
  return pieces ? certificates_in(*pieces, field) : pieces.error();
}

Result<Certificates> load_certificates(const TlsMaterial& source, const MaterialField& field,
                                       std::vector<CredentialWarning>* warnings) {
  const auto content = read_material(source, field);
  if (!content) return content.error();
  const auto pieces = pieces_of(*content, field.of(source));
  if (!pieces) return pieces.error();
  if (warnings != nullptr) warn_of_unused(*pieces, {Form::kCertificate, Form::kPkcs7, Form::kPkcs12}, field, *warnings);
  return certificates_in(*pieces, field.of(source));
}

// --- the certificate and its key

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
  constexpr std::string_view kJavasPassphrase =
      "changeit";  // the passphrase of cacerts, by the documentation of keytool
  auto contents = open_pkcs12(der, Secret(kJavasPassphrase), field);
  if (!contents) return std::move(contents).error();
  if (!contents->keys.empty()) {
    return material_error(field, "is a PKCS #12 file with a private key, not a trust store",
                          "Give the certificates of the authority alone: openssl pkcs12 -in OLD.p12 -cacerts -nokeys");
  }
  if (!contents->certificates.empty()) return std::move(contents->certificates);
  return material_error(field, "is a PKCS #12 file without a certificate", "Give one that holds the authority.");
}

namespace {

using Warnings = std::vector<CredentialWarning>;

/// Returns the key that comes along with the certificate.
Result<KeyPtr> key_beside_certificate(const std::vector<Piece>& pieces, const ClientCertificate& given,
                                      const std::vector<CertificatePtr>& certificates, Warnings& warnings) {
  if (std::any_of(pieces.begin(), pieces.end(), is_private_key)) {
    return private_key_in(pieces, given.passphrase, kCertificateField.of(given.certificate), certificates, &warnings);
  }
  return material_error(kPrivateKeyField, "is not set, and the certificate does not bring a key along",
                        "Give the key from which the certificate signing request of this certificate was made.");
}

bool is_same(const TlsMaterial& a, const TlsMaterial& b) { return a.path() == b.path() && a.content() == b.content(); }

/// Returns whether the key is in another file than the certificate.
bool has_own_file(const ClientCertificate& given) {
  return !given.private_key.empty() && !is_same(given.private_key, given.certificate);
}

/// Loads the key. `pieces` are those of the certificate.
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

/// Loads a PKCS #12 file. A key may be given beside one that has none.
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
  if (auto checked = check_algorithms(); !checked) return std::move(checked).error();
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
