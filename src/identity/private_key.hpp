// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <string>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "identity/file_form.hpp"
#include "identity/material.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// Why `key` could not be read: it is damaged, or of a type that this OpenSSL has not got. `what` is the begin of a
/// sentence, such as "holds a private key". Null stands for a key older than PKCS #8.
Error unusable_key(const PKCS8_PRIV_KEY_INFO* key, const MaterialField& field, const std::string& what);

/// The private key among `pieces`; of several, the one that belongs to one of `certificates`. An encrypted one needs
/// `passphrase`; nobody is asked for it on a terminal. `warnings`, if given, learns of the keys that are left out.
Result<KeyPtr> private_key_in(const std::vector<Piece>& pieces, const Secret& passphrase, const MaterialField& field,
                              const std::vector<CertificatePtr>& certificates = {},
                              std::vector<CredentialWarning>* warnings = nullptr);

/// The same, of PEM or DER.
Result<KeyPtr> parse_private_key(const Secret& content, const Secret& passphrase, const MaterialField& field,
                                 const std::vector<CertificatePtr>& certificates = {});

/// The same, of a file or of memory. `warnings` learns of whatever else stands there and is not used.
Result<KeyPtr> load_private_key(const TlsMaterial& source, const Secret& passphrase, const MaterialField& field,
                                const std::vector<CertificatePtr>& certificates = {},
                                std::vector<CredentialWarning>* warnings = nullptr);

}  // namespace easypost_connect::internal
