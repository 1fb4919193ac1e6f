// SPDX-License-Identifier: Apache-2.0
#include "identity/certificate_and_key.hpp"

#include <string_view>
#include <utility>

#include "identity/material.hpp"
#include "identity/pem.hpp"
#include "identity/pkcs11.hpp"
#include "identity/pkcs12.hpp"

namespace easypost_connect::internal {
namespace {

/// The key that comes along with the certificate.
Result<KeyPtr> key_beside_certificate(const Secret& pem, const Secret& passphrase) {
  if (pem.expose().find("PRIVATE KEY-----") != std::string_view::npos) {
    return parse_private_key(pem, passphrase, kCertificateField);
  }
  return material_error(kPrivateKeyField, "is not set, and the certificate does not bring a key along",
                        "Give the key from which the certificate signing request of this certificate was made.");
}

Result<KeyPtr> load_key(const ClientCertificate& given, const Secret& certificate_pem) {
  const TlsMaterial& source = given.private_key;
  if (source.empty()) return key_beside_certificate(certificate_pem, given.passphrase);
  if (!source.uri().empty()) return load_pkcs11_key(source.uri(), given.passphrase);
  return load_private_key(source, given.passphrase, kPrivateKeyField);
}

}  // namespace

Result<CertificateAndKey> load_certificate_and_key(const ClientCertificate& given) {
  const auto content = read_material(given.certificate, kCertificateField);
  if (!content) return content.error();
  if (is_pkcs12(*content)) {
    if (given.private_key.empty()) return parse_pkcs12(*content, given.passphrase);
    return material_error(kPrivateKeyField, "excludes a PKCS #12 file as certificate, which brings its own key along",
                          "Set either the one or the other.");
  }
  auto certificates = parse_certificates(*content, kCertificateField);
  if (!certificates) return std::move(certificates).error();
  auto key = load_key(given, *content);
  if (!key) return std::move(key).error();
  return CertificateAndKey{*std::move(certificates), *std::move(key)};
}

}  // namespace easypost_connect::internal
