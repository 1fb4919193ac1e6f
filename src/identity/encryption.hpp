// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/error.hpp>
#include <easypost_connect/secret.hpp>

#include "identity/material.hpp"

namespace easypost_connect::internal {

/// OpenSSL has no algorithms, because its configuration activates no provider that brings them. It would say of every
/// key that it does not belong to its certificate.
std::optional<Error> no_algorithms_error();

/// The name of an encryption by a passphrase (RFC 8018, RFC 7292) that the OpenSSL of this process cannot undo; empty:
/// it can.
std::string unavailable_encryption(const X509_ALGOR* algorithm);

/// The same of a cipher by its name, such as the DEK-Info header of PEM gives.
std::string unavailable_cipher(std::string_view name);

/// The same of a digest.
std::string unavailable_digest(const ASN1_OBJECT* digest);

/// What of the derivation of its key from a passphrase would take too long, such as "2147483647 iterations"; empty:
/// nothing. Also that of PBMAC1 (RFC 9579).
std::string excessive_work(const X509_ALGOR* algorithm);

/// The same of a count alone; null stands for 1.
std::string excessive_iterations(const ASN1_INTEGER* count);

/// Why something was not even tried: this OpenSSL has not got the encryption `name`. `what` is the begin of a sentence,
/// such as "is a private key"; `remedy` writes it anew.
Error encryption_error(const MaterialField& field, const std::string& what, const std::string& name,
                       std::string_view remedy);

/// Why something was not even tried: it would take too long. `what` as above, `work` as of excessive_work().
Error work_error(const MaterialField& field, const std::string& what, const std::string& work);

/// Why something that `passphrase` should open did not open: there is none, it has a blank or a line end at an end, or
/// it is another one. `what` as above. A trust store is given none: `passphrase` is not the caller's then.
Error passphrase_error(const MaterialField& field, const std::string& what, const Secret& passphrase);

}  // namespace easypost_connect::internal
