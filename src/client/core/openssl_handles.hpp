// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <new>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace easypost_connect::internal {

/// Frees an OpenSSL object with the function that OpenSSL has for its type.
template <auto kFree>
struct OpenSslFree {
  template <typename T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

// OpenSSL frees these with macros.
inline void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) noexcept {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
inline void free_chain(STACK_OF(X509) * stack) noexcept { sk_X509_free(stack); }
inline void free_safes(STACK_OF(PKCS7) * safes) noexcept { sk_PKCS7_pop_free(safes, PKCS7_free); }
inline void free_text(char* text) noexcept { OPENSSL_free(text); }

using AlgorithmPtr = std::unique_ptr<X509_ALGOR, OpenSslFree<X509_ALGOR_free>>;
using BagsPtr = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), OpenSslFree<free_bags>>;
using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, OpenSslFree<X509_free>>;
/// A stack that does not own its certificates.
using ChainPtr = std::unique_ptr<STACK_OF(X509), OpenSslFree<free_chain>>;
using CipherPtr = std::unique_ptr<EVP_CIPHER, OpenSslFree<EVP_CIPHER_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, OpenSslFree<EVP_MD_CTX_free>>;
using DigestPtr = std::unique_ptr<EVP_MD, OpenSslFree<EVP_MD_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpenSslFree<X509_EXTENSION_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;
using NamePtr = std::unique_ptr<X509_NAME, OpenSslFree<X509_NAME_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, OpenSslFree<BN_free>>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, OpenSslFree<PKCS12_free>>;
using Pkcs7Ptr = std::unique_ptr<PKCS7, OpenSslFree<PKCS7_free>>;
using PlainKeyPtr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, OpenSslFree<PKCS8_PRIV_KEY_INFO_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, OpenSslFree<X509_REQ_free>>;
using RevocationListPtr = std::unique_ptr<X509_CRL, OpenSslFree<X509_CRL_free>>;
using RevocationPtr = std::unique_ptr<X509_REVOKED, OpenSslFree<X509_REVOKED_free>>;
using SafesPtr = std::unique_ptr<STACK_OF(PKCS7), OpenSslFree<free_safes>>;
using SealedKeyPtr = std::unique_ptr<X509_SIG, OpenSslFree<X509_SIG_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, OpenSslFree<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpenSslFree<SSL_free>>;
using TextPtr = std::unique_ptr<char, OpenSslFree<free_text>>;
using TimePtr = std::unique_ptr<ASN1_TIME, OpenSslFree<ASN1_TIME_free>>;
using TrustStorePtr = std::unique_ptr<X509_STORE, OpenSslFree<X509_STORE_free>>;

/// Empties OpenSSL's queue of errors at the end of a scope: whoever finds something there takes it for his own.
class ClearErrorsOnExit {
 public:
  ClearErrorsOnExit() noexcept = default;
  ~ClearErrorsOnExit() { ERR_clear_error(); }
  ClearErrorsOnExit(const ClearErrorsOnExit&) = delete;
  ClearErrorsOnExit& operator=(const ClearErrorsOnExit&) = delete;
};

/// Lets an object through that OpenSSL was to make. OpenSSL gives null when there is no memory for it.
template <typename T>
T* made(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

/// Checks the result of a function of OpenSSL's that fails only when there is no memory.
inline void done(int result) {
  if (result <= 0) throw std::bad_alloc();
}

/// Makes a BIO that reads `bytes`, which must outlive it.
inline BioPtr reader_of(std::string_view bytes) {
  return BioPtr(made(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))));
}

/// Makes a BIO that keeps what is written to it in memory, which it wipes when it is freed.
inline BioPtr memory_bio() { return BioPtr(made(BIO_new(BIO_s_mem()))); }

/// Returns what was written to a memory_bio(), as a view into it.
inline std::string_view written_to(const BioPtr& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace easypost_connect::internal
