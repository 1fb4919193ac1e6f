// SPDX-License-Identifier: Apache-2.0
#include "sandbox/pem.hpp"

#include <stdexcept>

#include <openssl/err.h>
#include <openssl/pem.h>

namespace easypost_connect::sandbox {

using internal::BioPtr;
using internal::memory_bio;
using internal::reader_of;
using internal::written_to;

namespace {

/// OpenSSL asks the terminal unless it is given a callback.
int no_passphrase(char*, int, int, void*) noexcept { return 0; }

}  // namespace

void throw_openssl_error(std::string_view what) {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  throw std::runtime_error(std::string(what) + ": " + (reason != nullptr ? reason : "OpenSSL gives no reason"));
}

CertificatePtr find_certificate(std::string_view pem) {
  return CertificatePtr(PEM_read_bio_X509(reader_of(pem).get(), nullptr, nullptr, nullptr));
}

KeyPtr find_private_key(std::string_view pem) {
  return KeyPtr(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, no_passphrase, nullptr));
}

CertificatePtr read_certificate(std::string_view pem) {
  CertificatePtr certificate = find_certificate(pem);
  checked(certificate.get(), "reading a certificate");
  return certificate;
}

KeyPtr read_private_key(std::string_view pem) {
  KeyPtr key = find_private_key(pem);
  checked(key.get(), "reading a private key");
  return key;
}

std::string to_pem(X509& certificate) {
  const BioPtr bio = memory_bio();
  checked(PEM_write_bio_X509(bio.get(), &certificate), "writing a certificate");
  return std::string(written_to(bio));
}

std::string to_pem(EVP_PKEY& key, const std::string& passphrase) {
  const BioPtr bio = memory_bio();
  const bool encrypt = !passphrase.empty();
  checked(PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, encrypt ? EVP_aes_256_cbc() : nullptr,
                                        encrypt ? passphrase.data() : nullptr, static_cast<int>(passphrase.size()),
                                        nullptr, nullptr),
          "writing a private key");
  return std::string(written_to(bio));
}

}  // namespace easypost_connect::sandbox
