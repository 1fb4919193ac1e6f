// SPDX-License-Identifier: Apache-2.0
#include "identity/pkcs12.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>

#include <memory>
#include <utility>

#include "identity/material.hpp"

namespace easypost_connect::internal {
namespace {

using Pkcs12Ptr = std::unique_ptr<PKCS12, OpenSslFree<PKCS12_free>>;

/// Old exports, of Windows above all, are encrypted with RC2, which OpenSSL 3 has in its "legacy" provider only.
bool needs_legacy_algorithm() noexcept {
  for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error()) {
    const int reason = ERR_GET_REASON(error);
    if (ERR_GET_LIB(error) == ERR_LIB_EVP && (reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNSUPPORTED_ALGORITHM))
      return true;
  }
  return false;
}

Error unusable(const Secret& passphrase, bool passphrase_fits) {
  const bool legacy = needs_legacy_algorithm();
  if (!passphrase_fits && passphrase.empty()) {
    return material_error(kCertificateField, "is an encrypted PKCS #12 file, and no passphrase was given",
                          "Set client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE).");
  }
  if (!passphrase_fits) {
    return material_error(kCertificateField, "is a PKCS #12 file that cannot be decrypted: wrong passphrase",
                          "Check client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE).");
  }
  if (legacy) {
    return material_error(kCertificateField, "is a PKCS #12 file with an encryption that OpenSSL 3 has given up (RC2)",
                          "Write it anew with AES: read it by \"openssl pkcs12 -legacy\", export it without -legacy.");
  }
  return material_error(kCertificateField, "is a PKCS #12 file without a usable certificate and key",
                        "Export certificate and private key together, with AES encryption.");
}

}  // namespace

bool is_pkcs12(const std::vector<Piece>& pieces) noexcept {
  return pieces.size() == 1 && pieces.front().form == Form::kPkcs12;
}

Result<CertificateAndKey> parse_pkcs12(const Secret& content, const Secret& passphrase) {
  const ClearErrorsOnExit clear_errors;
  const BioPtr bio(BIO_new_mem_buf(content.expose().data(), static_cast<int>(content.size())));
  const Pkcs12Ptr container(d2i_PKCS12_bio(bio.get(), nullptr));
  if (!container) {
    return material_error(kCertificateField, "is neither PEM text nor a PKCS #12 file",
                          "Give the PEM file that the Portal returned, or a .p12 or .pfx file.");
  }
  const char* const password = passphrase.expose().data();  // which has a NUL behind it
  const bool passphrase_fits = PKCS12_mac_present(container.get()) != 1 ||
                               PKCS12_verify_mac(container.get(), password, -1) == 1 ||
                               (passphrase.empty() && PKCS12_verify_mac(container.get(), nullptr, 0) == 1);
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* others = nullptr;
  const bool parsed = passphrase_fits && PKCS12_parse(container.get(), password, &key, &leaf, &others) == 1;
  CertificateAndKey found;
  found.key.reset(key);
  if (leaf != nullptr) found.certificates.emplace_back(leaf);
  while (others != nullptr && sk_X509_num(others) > 0) found.certificates.emplace_back(sk_X509_shift(others));
  sk_X509_free(others);
  if (!parsed || !found.key || leaf == nullptr) return unusable(passphrase, passphrase_fits);
  return found;
}

}  // namespace easypost_connect::internal
