// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// The name of an encryption by a passphrase (RFC 8018, RFC 7292) that the OpenSSL of this process cannot undo; empty:
/// it can.
std::string unavailable_encryption(const X509_ALGOR* algorithm);

/// The same of a cipher by its name, such as the DEK-Info header of PEM gives.
std::string unavailable_cipher(std::string_view name);

/// Whether `name` is one of the ciphers and digests that OpenSSL 3 keeps in its provider "legacy" only.
bool given_up_by_openssl(std::string_view name) noexcept;

}  // namespace easypost_connect::internal
