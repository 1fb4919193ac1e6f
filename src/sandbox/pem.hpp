// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/openssl_handles.hpp"

namespace easypost_connect::sandbox {

using internal::CertificatePtr;
using internal::KeyPtr;
using internal::RequestPtr;

/// Throws std::runtime_error: `what`, and the reason that OpenSSL left in the error queue of this thread.
[[noreturn]] void throw_openssl_error(std::string_view what);

/// Lets a result of OpenSSL through (a pointer, or an int that is positive on success); throws when it says failure.
template <typename Result>
Result checked(Result result, std::string_view what) {
  if (!(result > Result{})) throw_openssl_error(what);
  return result;
}

/// Returns the first certificate in `pem`; null when there is none that can be read.
CertificatePtr find_certificate(std::string_view pem);

/// Returns the first private key in `pem`; null when there is none that can be read without a passphrase.
KeyPtr find_private_key(std::string_view pem);

/// Returns the first certificate in `pem`. Throws std::runtime_error when there is none that can be read.
CertificatePtr read_certificate(std::string_view pem);

/// Returns the first private key in `pem`. Throws std::runtime_error when there is none that can be read.
KeyPtr read_private_key(std::string_view pem);

std::string to_pem(X509& certificate);

/// Encrypts the key if there is a passphrase.
std::string to_pem(EVP_PKEY& key, const std::string& passphrase);

}  // namespace easypost_connect::sandbox
