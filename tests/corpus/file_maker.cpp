// SPDX-License-Identifier: Apache-2.0
#include "corpus/file_maker.hpp"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

#include <easypost_connect/signing_request.hpp>

#include "core/encoding.hpp"
#include "core/openssl_handles.hpp"

namespace easypost_connect::corpus {
namespace {

using namespace internal;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("cannot make ") + what);
}

/// Returns a context that has loaded the legacy algorithms; the program itself does not load them.
OSSL_LIB_CTX* library() {
  static OSSL_LIB_CTX* const made = [] {
    OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
    require(OSSL_PROVIDER_load(context, "legacy") != nullptr, "old encryption: no provider \"legacy\"");
    require(OSSL_PROVIDER_load(context, "default") != nullptr, "encryption");
    return context;
  }();
  return made;
}

KeyPtr key_of(const std::string& pem) {
  KeyPtr key(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, nullptr, nullptr));
  require(key != nullptr, "a key of PEM");
  return key;
}

CertificatePtr certificate_of(const std::string& pem) {
  CertificatePtr certificate(PEM_read_bio_X509(reader_of(pem).get(), nullptr, nullptr, nullptr));
  require(certificate != nullptr, "a certificate of PEM");
  return certificate;
}

CipherPtr cipher_of(const char* name) {
  CipherPtr cipher(EVP_CIPHER_fetch(library(), name, nullptr));
  require(cipher != nullptr, name);
  return cipher;
}

}  // namespace

std::string replace(std::string text, const std::string& old, const std::string& by) {
  for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size())) {
    text.replace(at, old.size(), by);
  }
  return text;
}

std::string utf16(const std::string& text, bool little_endian, bool with_mark) {
  std::string wide = !with_mark ? "" : little_endian ? "\xff\xfe" : "\xfe\xff";
  for (const char c : text) wide += little_endian ? std::string{c, '\0'} : std::string{'\0', c};
  return wide;
}

std::string escaped(const std::string& pem) { return replace(pem, "\n", "\\n"); }
std::string one_line(const std::string& pem, const std::string& line_end) { return replace(pem, "\n", line_end); }
std::string base64(const std::string& bytes) { return base64_encode(bytes); }

std::string relabelled(const std::string& pem, const std::string& old_label, const std::string& label) {
  return replace(pem, " " + old_label + "-----", " " + label + "-----");
}

std::string der_of(const std::string& pem) {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  require(PEM_read_bio(reader_of(pem).get(), &name, &header, &data, &size) == 1, "DER");
  std::string der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return der;
}

std::string to_pem(const std::string& der, const std::string& label) {
  const BioPtr out = memory_bio();
  PEM_write_bio(out.get(), label.c_str(), "", reinterpret_cast<const unsigned char*>(der.data()),
                static_cast<long>(der.size()));
  return std::string(written_to(out));
}

std::string trusted(const std::string& certificate, bool reject_servers) {
  const CertificatePtr x509 = certificate_of(certificate);
  const int use = NID_server_auth;
  ASN1_OBJECT* const object = OBJ_nid2obj(use);
  require(
      (reject_servers ? X509_add1_reject_object(x509.get(), object) : X509_add1_trust_object(x509.get(), object)) == 1,
      "a trusted certificate");
  const BioPtr out = memory_bio();
  PEM_write_bio_X509_AUX(out.get(), x509.get());
  return std::string(written_to(out));
}

std::string pkcs7(const std::vector<std::string>& certificates) {
  const Pkcs7Ptr container(PKCS7_new());
  PKCS7_set_type(container.get(), NID_pkcs7_signed);
  PKCS7_content_new(container.get(), NID_pkcs7_data);
  for (const auto& each : certificates) PKCS7_add_certificate(container.get(), certificate_of(each).get());
  const BioPtr out = memory_bio();
  require(i2d_PKCS7_bio(out.get(), container.get()) == 1, "PKCS #7");
  return std::string(written_to(out));
}

std::string signing_request() {
  SigningRequestOptions options;
  options.common_name = "partner";
  options.key_type = KeyType::kP256;
  return make_signing_request(options).value().csr;
}

std::string public_key(const std::string& private_key) {
  const BioPtr out = memory_bio();
  PEM_write_bio_PUBKEY(out.get(), key_of(private_key).get());
  return std::string(written_to(out));
}

std::string traditional_key(const std::string& private_key) {
  const BioPtr out = memory_bio();
  PEM_write_bio_PrivateKey_traditional(out.get(), key_of(private_key).get(), nullptr, nullptr, 0, nullptr, nullptr);
  return std::string(written_to(out));
}

std::string ec_parameters() { return "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"; }

std::string pkcs8_key(const std::string& private_key, const std::string& passphrase, const char* cipher, int scheme) {
  const PlainKeyPtr info(EVP_PKEY2PKCS8(key_of(private_key).get()));
  const CipherPtr fetched = cipher_of(cipher);
  const SealedKeyPtr sealed(PKCS8_encrypt_ex(scheme, scheme == -1 ? fetched.get() : nullptr, passphrase.data(),
                                             static_cast<int>(passphrase.size()), nullptr, 0, 0, info.get(), library(),
                                             nullptr));
  require(sealed != nullptr, "an encrypted key");
  const BioPtr out = memory_bio();
  PEM_write_bio_PKCS8(out.get(), sealed.get());
  return std::string(written_to(out));
}

std::string scrypt_key(const std::string& private_key, const std::string& passphrase, bool too_large) {
  const PlainKeyPtr info(EVP_PKEY2PKCS8(key_of(private_key).get()));
  X509_ALGOR* const scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, 16384, 8, 1);
  const SealedKeyPtr sealed(PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), info.get(), scheme));
  require(sealed != nullptr, "a key under scrypt");
  const BioPtr out = memory_bio();
  i2d_PKCS8_bio(out.get(), sealed.get());
  std::string der(written_to(out));
  if (too_large) {  // OpenSSL would refuse to make it, so the block size, which follows the cost, is doubled here
    const std::string cost("\x02\x02\x40\x00\x02\x01", 6);
    der[der.find(cost) + cost.size()] = '\x10';
  }
  return to_pem(der, "ENCRYPTED PRIVATE KEY");
}

namespace {

/// Takes ownership of `scheme`.
std::string sealed_nothing(X509_ALGOR* scheme) {
  const internal::AlgorithmPtr own_scheme(scheme);
  const SealedKeyPtr sealed(X509_SIG_new());
  X509_ALGOR* algorithm = nullptr;
  ASN1_OCTET_STRING* content = nullptr;
  X509_SIG_getm(sealed.get(), &algorithm, &content);
  require(X509_ALGOR_copy(algorithm, scheme) == 1, "a scheme");
  const std::string nothing(64, 'x');
  ASN1_OCTET_STRING_set(content, reinterpret_cast<const unsigned char*>(nothing.data()), 64);
  const BioPtr out = memory_bio();
  PEM_write_bio_PKCS8(out.get(), sealed.get());
  return std::string(written_to(out));
}

}  // namespace

std::string costly_key(int iterations, int scheme) {
  return sealed_nothing(scheme == -1 ? PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, nullptr, 0, nullptr, -1)
                                     : PKCS5_pbe_set(scheme, iterations, nullptr, 0));
}

std::string costly_scrypt_key(unsigned parallelization) {
  return sealed_nothing(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, 1024, 1, parallelization));
}

std::string dek_info_key(const std::string& private_key, const std::string& passphrase, const char* cipher) {
  const BioPtr out = memory_bio();
  require(PEM_write_bio_PrivateKey_traditional(out.get(), key_of(private_key).get(), cipher_of(cipher).get(),
                                               reinterpret_cast<const unsigned char*>(passphrase.data()),
                                               static_cast<int>(passphrase.size()), nullptr, nullptr) == 1,
          "an encrypted PEM key");
  return std::string(written_to(out));
}

std::string pkcs12(const Pkcs12Recipe& recipe) {
  const char* const passphrase = recipe.absent_passphrase ? nullptr : recipe.passphrase.c_str();
  const char* const key_passphrase = recipe.key_passphrase.empty() ? passphrase : recipe.key_passphrase.c_str();
  STACK_OF(PKCS12_SAFEBAG)* certificates = nullptr;
  STACK_OF(PKCS12_SAFEBAG)* keys = nullptr;
  for (const Pkcs12Entry& each : recipe.entries) {
    if (!each.certificate.empty()) PKCS12_add_cert(&certificates, certificate_of(each.certificate).get());
    if (each.private_key.empty()) continue;
    PKCS12_SAFEBAG* const bag = PKCS12_add_key_ex(&keys, key_of(each.private_key).get(), 0, 2048, recipe.key_scheme,
                                                  key_passphrase, library(), nullptr);
    require(bag != nullptr, "a key in PKCS #12");
    PKCS12_add_friendlyname_utf8(bag, each.alias.c_str(), -1);
  }
  const BagsPtr own_certificates(certificates);
  const BagsPtr own_keys(keys);
  STACK_OF(PKCS7)* safes = nullptr;
  if (certificates != nullptr)
    PKCS12_add_safe_ex(&safes, certificates, recipe.certificate_scheme, 2048, passphrase, library(), nullptr);
  if (keys != nullptr) PKCS12_add_safe_ex(&safes, keys, -1, 0, nullptr, library(), nullptr);
  const SafesPtr own_safes(safes);
  const Pkcs12Ptr file(PKCS12_add_safes_ex(safes, 0, library(), nullptr));
  require(file != nullptr, "PKCS #12");
  if (*recipe.mac != '\0') {
    const DigestPtr digest(EVP_MD_fetch(library(), recipe.mac, nullptr));
    require(PKCS12_set_mac(file.get(), passphrase, -1, nullptr, 0, 2048, digest.get()) == 1, "a MAC");
    const ASN1_INTEGER* iterations = nullptr;
    PKCS12_get0_mac(nullptr, nullptr, nullptr, &iterations, file.get());
    if (recipe.claimed_iterations > 0)
      ASN1_INTEGER_set(const_cast<ASN1_INTEGER*>(iterations), recipe.claimed_iterations);
  }
  const BioPtr out = memory_bio();
  i2d_PKCS12_bio(out.get(), file.get());
  return std::string(written_to(out));
}

}  // namespace easypost_connect::corpus
