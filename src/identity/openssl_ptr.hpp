// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <new>

namespace easypost_connect::internal {

/// Frees with the function OpenSSL has for the type.
template <auto kFree>
struct OpenSslFree {
  template <typename T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

/// sk_X509_free is a macro.
inline void free_chain(STACK_OF(X509) * stack) noexcept { sk_X509_free(stack); }

/// Leaves nothing in OpenSSL's queue of errors at the end of a scope: whoever finds something there takes it for his
/// own.
class ClearErrorsOnExit {
 public:
  ClearErrorsOnExit() noexcept = default;
  ~ClearErrorsOnExit() { ERR_clear_error(); }
  ClearErrorsOnExit(const ClearErrorsOnExit&) = delete;
  ClearErrorsOnExit& operator=(const ClearErrorsOnExit&) = delete;
};

/// What OpenSSL was to make; it gives null when there is no memory for it.
template <typename T>
T* made(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

/// Of a function of OpenSSL's that fails only when there is no memory.
inline void done(int result) {
  if (result <= 0) throw std::bad_alloc();
}

using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, OpenSslFree<X509_free>>;
/// The certificates of the stack are not its own.
using ChainPtr = std::unique_ptr<STACK_OF(X509), OpenSslFree<free_chain>>;
using TrustStorePtr = std::unique_ptr<X509_STORE, OpenSslFree<X509_STORE_free>>;

}  // namespace easypost_connect::internal
