// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>

#include <easypost_connect/error.hpp>
#include <easypost_connect/secret.hpp>

#include "identity/material.hpp"

namespace easypost_connect::internal {

/// The name of an encryption by a passphrase (RFC 8018, RFC 7292) that the OpenSSL of this process cannot undo; empty:
/// it can.
std::string unavailable_encryption(const X509_ALGOR* algorithm);

/// The same of a cipher by its name, such as the DEK-Info header of PEM gives.
std::string unavailable_cipher(std::string_view name);

/// The same of a digest.
std::string unavailable_digest(const ASN1_OBJECT* digest);

/// Why something was not even tried: this OpenSSL has not got the encryption `name`. `what` is the begin of a sentence,
/// such as "is a private key"; `remedy` writes it anew.
Error encryption_error(const MaterialField& field, const std::string& what, const std::string& name,
                       std::string_view remedy);

/// Why something that `passphrase` should open did not open: there is none, it has a blank or a line end at an end, or
/// it is another one. `what` as above.
Error passphrase_error(const MaterialField& field, const std::string& what, const Secret& passphrase);

}  // namespace easypost_connect::internal
