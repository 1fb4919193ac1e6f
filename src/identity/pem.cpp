// SPDX-License-Identifier: Apache-2.0
#include "identity/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstring>

namespace easypost_connect::internal {
namespace {

BioPtr memory_bio(const Secret& text) {
  return BioPtr(BIO_new_mem_buf(text.expose().data(), static_cast<int>(text.size())));
}

/// What OpenSSL is told instead of asking on the terminal, and whether it wanted to know.
struct Passphrase {
  std::string_view text;
  bool asked = false;
};

int give_passphrase(char* buffer, int size, int /*writing*/, void* user) noexcept {
  auto& passphrase = *static_cast<Passphrase*>(user);
  passphrase.asked = true;
  if (passphrase.text.empty() || passphrase.text.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, passphrase.text.data(), passphrase.text.size());
  return static_cast<int>(passphrase.text.size());
}

}  // namespace

Result<std::vector<CertificatePtr>> parse_certificates(const Secret& pem, const MaterialField& field) {
  const ClearErrorsOnExit clear_errors;
  const BioPtr bio = memory_bio(pem);
  std::vector<CertificatePtr> certificates;
  Passphrase none;  // PEM can encrypt anything; without a callback OpenSSL would ask on the terminal
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, give_passphrase, &none))
    certificates.emplace_back(certificate);
  // The end of the text is reported as "no start line"; anything else is a damaged certificate.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end)
    return material_error(field, "holds a damaged certificate", "Copy the PEM text again, whole and unchanged.");
  if (certificates.empty()) {
    return material_error(field, "holds no certificate",
                          "Give the PEM file that begins with -----BEGIN CERTIFICATE-----, as the Portal returned it.");
  }
  return certificates;
}

Result<KeyPtr> parse_private_key(const Secret& pem, const Secret& passphrase, const MaterialField& field) {
  const ClearErrorsOnExit clear_errors;
  Passphrase answer{passphrase.expose()};
  const BioPtr bio = memory_bio(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &answer));
  if (key) return key;
  if (answer.asked && passphrase.empty()) {
    return material_error(field, "is encrypted, and no passphrase was given",
                          "Set client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE).");
  }
  if (answer.asked) {
    return material_error(field, "cannot be decrypted: wrong passphrase",
                          "Check client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE).");
  }
  return material_error(
      field, "holds no usable private key",
      "Give the PEM file that begins with -----BEGIN PRIVATE KEY----- (or RSA, EC or ENCRYPTED PRIVATE KEY).");
}

Result<std::vector<CertificatePtr>> load_certificates(const TlsMaterial& source, const MaterialField& field) {
  const auto pem = read_material(source, field);
  return pem ? parse_certificates(*pem, field) : pem.error();
}

Result<KeyPtr> load_private_key(const TlsMaterial& source, const Secret& passphrase, const MaterialField& field) {
  const auto pem = read_material(source, field);
  return pem ? parse_private_key(*pem, passphrase, field) : pem.error();
}

}  // namespace easypost_connect::internal
