// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "identity/material.hpp"

namespace easypost_connect::internal {

/// Fails if OpenSSL has no algorithms, because its configuration activates no provider that brings them. It would say
/// of every key that it does not belong to its certificate.
Result<void> check_algorithms();

/// Returns the name of an encryption by a passphrase (RFC 8018, RFC 7292) that the OpenSSL of this process cannot undo;
/// empty when it can.
std::string unavailable_encryption(const X509_ALGOR* algorithm);

/// Returns the same of a cipher by its name, such as the DEK-Info header of PEM gives.
std::string unavailable_cipher(std::string_view name);

/// Returns the same of a digest.
std::string unavailable_digest(const ASN1_OBJECT* digest);

/// OpenSSL's name of the derivation of keys that PKCS #12 has of its own (RFC 7292, appendix B). No FIPS provider has
/// it.
inline constexpr const char* kPkcs12Derivation = "PKCS12KDF";

/// Returns the same of that derivation.
std::string unavailable_pkcs12_derivation();

/// Returns what of the derivation of its key from a passphrase would take too long, such as "2147483647 iterations";
/// empty when nothing would. Reads PBMAC1 (RFC 9579), too.
std::string excessive_work(const X509_ALGOR* algorithm);

/// Returns the same of a count alone; null stands for 1.
std::string excessive_iterations(const ASN1_INTEGER* count);

/// Makes the Error that something was not even tried: this OpenSSL has not got the encryption `name`. `what` is the
/// begin of a sentence, such as "is a private key"; `remedy` writes it anew.
Error encryption_error(const MaterialField& field, const std::string& what, const std::string& name,
                       std::string_view remedy);

/// Makes the Error that something was not even tried: it would take too long. `what` is as above, and `work` comes from
/// excessive_work().
Error work_error(const MaterialField& field, const std::string& what, const std::string& work);

/// Makes the Error that something did not open which `passphrase` should open: there is none, it has a blank or a line
/// end at an end, or it is another one. `what` is as above. A trust store is given none: `passphrase` is not the
/// caller's then.
Error passphrase_error(const MaterialField& field, const std::string& what, const Secret& passphrase);

}  // namespace easypost_connect::internal
