// SPDX-License-Identifier: Apache-2.0
#include "identity/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>

#include "core/make_error.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

/// Far above any chain of certificates; keeps a wrong path (a log, a device) from being read whole.
constexpr std::size_t kLargestPemFile = std::size_t{1024} * 1024;

Result<Secret> read_file(const std::string& path, const PemField& field) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return pem_error(field, "the file it names cannot be opened: " + std::generic_category().message(errno),
                     "Check the path and the permissions of the file.");
  }
  std::string text(kLargestPemFile, '\0');
  WipeOnExit wipe_text(text);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto size = static_cast<std::size_t>(file.gcount());
  return Secret(std::string_view(text).substr(0, size));
}

Result<Secret> read_source(const TlsMaterial& source, const PemField& field) {
  return source.path().empty() ? Result<Secret>(source.content()) : read_file(source.path(), field);
}

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

Error pem_error(const PemField& field, std::string_view problem, std::string_view remedy) {
  std::string message(field.option);
  message.append(" (").append(field.variable).append("): ").append(problem).append(".");
  return make_error(ErrorCode::kInvalidCredential, field.factor, std::move(message), std::string(remedy));
}

Result<std::vector<CertificatePtr>> load_certificates(const TlsMaterial& source, const PemField& field) {
  const auto text = read_source(source, field);
  if (!text) return text.error();
  const BioPtr bio = memory_bio(*text);
  std::vector<CertificatePtr> certificates;
  Passphrase none;  // PEM can encrypt anything; without a callback OpenSSL would ask on the terminal
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, give_passphrase, &none))
    certificates.emplace_back(certificate);
  // The end of the text is reported as "no start line"; anything else is a damaged certificate.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return pem_error(field, "holds a damaged certificate", "Copy the PEM text again, whole and unchanged.");
  if (certificates.empty()) {
    return pem_error(field, "holds no certificate",
                     "Give the PEM file that begins with -----BEGIN CERTIFICATE-----, as the Portal returned it.");
  }
  return certificates;
}

Result<KeyPtr> load_private_key(const TlsMaterial& source, const Secret& passphrase, const PemField& field) {
  const auto text = read_source(source, field);
  if (!text) return text.error();
  Passphrase answer{passphrase.expose()};
  const BioPtr bio = memory_bio(*text);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &answer));
  ERR_clear_error();
  if (key) return key;
  if (answer.asked && passphrase.empty()) {
    return pem_error(field, "is encrypted, and no passphrase was given",
                     "Set client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE).");
  }
  if (answer.asked) {
    return pem_error(field, "cannot be decrypted: wrong passphrase",
                     "Check client_certificate.passphrase (EASYPOST_CONNECT_CLIENT_KEY_PASSPHRASE).");
  }
  return pem_error(
      field, "holds no usable private key",
      "Give the PEM file that begins with -----BEGIN PRIVATE KEY----- (or RSA, EC or ENCRYPTED PRIVATE KEY).");
}

}  // namespace easypost_connect::internal
