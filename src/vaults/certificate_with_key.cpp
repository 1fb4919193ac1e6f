// SPDX-License-Identifier: Apache-2.0
#include "vaults/certificate_with_key.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/encoding.hpp"
#include "core/whole_file.hpp"

namespace easypost_connect::internal {
namespace {

/// Gives OpenSSL the passphrase of a PEM key. Without this function OpenSSL would ask on the terminal.
int give_passphrase(char* buffer, int size, int /*is_for_writing*/, void* passphrase) noexcept {
  const std::string_view text = static_cast<const Secret*>(passphrase)->expose();
  if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(text.begin(), text.end(), buffer);
  return static_cast<int>(text.size());
}

Result<Secret> content_of(const TlsMaterial& material, const VaultClient& client, const VaultStep& step) {
  if (!material.uri().empty())
    return client.unusable(step, "a key in a PKCS #11 token cannot be used for this login",
                           "Give certificate and key as PEM or PKCS #12.");
  Secret content = material.content();
  if (content.empty()) {
    auto file = read_whole_file(material.path(), {});
    if (const auto* fault = std::get_if<FileFault>(&file))
      return client.unusable(step, "the file " + material.path() + ' ' + fault->problem,
                             "Name a file that this process may read.");
    content = std::get<WholeFile>(std::move(file)).content;
  }
  auto decoded = base64_decode_file(content.expose());
  return decoded ? *std::move(decoded) : content;
}

CertificateWithKey pair_in_pem(const Secret& certificates, const Secret& key, Secret passphrase) {
  CertificateWithKey pair;
  pair.key.reset(PEM_read_bio_PrivateKey(reader_of(key.expose()).get(), nullptr, &give_passphrase, &passphrase));
  if (pair.key == nullptr) return pair;
  const BioPtr reader = reader_of(certificates.expose());
  do {
    pair.certificate.reset(PEM_read_bio_X509(reader.get(), nullptr, &give_passphrase, &passphrase));
  } while (pair.certificate != nullptr && X509_check_private_key(pair.certificate.get(), pair.key.get()) != 1);
  return pair;
}

CertificateWithKey pair_in_pkcs12(PKCS12& pkcs12, const Secret& passphrase) {
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  PKCS12_parse(&pkcs12, passphrase.expose().data(), &key, &certificate, nullptr);
  CertificateWithKey pair;
  pair.certificate.reset(certificate);
  pair.key.reset(key);
  return pair;
}

}  // namespace

Result<CertificateWithKey> certificate_with_key(const ClientCertificate& from, const VaultClient& client,
                                                const VaultStep& step) {
  const ClearErrorsOnExit clear_errors;
  const auto content = content_of(from.certificate, client, step);
  if (!content) return content.error();
  const auto key = from.private_key.empty() ? content : content_of(from.private_key, client, step);
  if (!key) return key.error();

  const Pkcs12Ptr pkcs12(d2i_PKCS12_bio(reader_of(content->expose()).get(), nullptr));
  CertificateWithKey pair =
      pkcs12 != nullptr ? pair_in_pkcs12(*pkcs12, from.passphrase) : pair_in_pem(*content, *key, from.passphrase);
  if (pair.key == nullptr && pkcs12 != nullptr)
    return client.unusable(step,
                           "the PKCS #12 file holds no key, its passphrase is another one, or its encryption is "
                           "one that OpenSSL has given up",
                           "Check the passphrase, or write the file anew: openssl pkcs12 -export.");
  if (pair.key == nullptr)
    return client.unusable(step, "no private key can be read: there is none, or its passphrase is another one",
                           "Give PEM with certificate and key, or PKCS #12, and the passphrase.");
  if (pair.certificate == nullptr)
    return client.unusable(step, "there is no certificate that belongs to the private key",
                           "Give the certificate that was made for this key.");
  return pair;
}

}  // namespace easypost_connect::internal
