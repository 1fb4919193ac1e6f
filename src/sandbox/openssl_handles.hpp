// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace easypost_connect::sandbox {

/// Frees an OpenSSL object with the function that OpenSSL has for it.
template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

using BioHandle = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;
using PrivateKeyHandle = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, FreeWith<&X509_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, FreeWith<&X509_REQ_free>>;
using RevocationListHandle = std::unique_ptr<X509_CRL, FreeWith<&X509_CRL_free>>;
using RevocationHandle = std::unique_ptr<X509_REVOKED, FreeWith<&X509_REVOKED_free>>;
using TimeHandle = std::unique_ptr<ASN1_TIME, FreeWith<&ASN1_TIME_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, FreeWith<&X509_EXTENSION_free>>;

/// Throws std::runtime_error: `what`, and the reason that OpenSSL left in the error queue of this thread.
[[noreturn]] void throw_openssl_error(std::string_view what);

/// Lets a result of OpenSSL through (a pointer, or an int that is positive on success); throws when it says failure.
template <typename Result>
Result checked(Result result, std::string_view what) {
  if (!(result > Result{})) throw_openssl_error(what);
  return result;
}

}  // namespace easypost_connect::sandbox
