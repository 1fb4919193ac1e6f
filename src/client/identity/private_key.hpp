// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/x509.h>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "core/openssl_handles.hpp"
#include "identity/file_form.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {

struct RewrittenKey {
  Secret der;
  std::size_t size;  ///< size of the value it was made from
};

/// Returns the private key at the begin of `der`, if it is PKCS #8 of version 2 (RFC 5958), rewritten as version 1 (RFC
/// 5208). Version 2 has the public key behind the private one, and OpenSSL before 3.5 reads version 1 alone.
std::optional<RewrittenKey> pkcs8_as_version_1(std::string_view der);

/// Makes the Error that `key` could not be read: it is damaged, or of a type that this OpenSSL has not got. `what` is
/// the begin of a sentence, such as "holds a private key". Null stands for a key older than PKCS #8.
Error unusable_key(const PKCS8_PRIV_KEY_INFO* key, const MaterialField& field, const std::string& what);

/// Returns the private key among `pieces`; of several, the one that belongs to one of `certificates`. An encrypted one
/// needs `passphrase`; nobody is asked for it on a terminal. `warnings`, if given, learns of the keys that are left
/// out.
Result<KeyPtr> private_key_in(const std::vector<Piece>& pieces, const Secret& passphrase, const MaterialField& field,
                              const std::vector<CertificatePtr>& certificates = {},
                              std::vector<CredentialWarning>* warnings = nullptr);

/// Returns the same of PEM or DER.
Result<KeyPtr> parse_private_key(const Secret& content, const Secret& passphrase, const MaterialField& field,
                                 const std::vector<CertificatePtr>& certificates = {});

/// Returns the same of a file or of memory. `warnings` learns of whatever else stands there and is not used.
Result<KeyPtr> load_private_key(const TlsMaterial& source, const Secret& passphrase, const MaterialField& field,
                                const std::vector<CertificatePtr>& certificates = {},
                                std::vector<CredentialWarning>* warnings = nullptr);

/// The remedy for a token that had the key before, or should have it.
inline constexpr std::string_view kTokenRemedy =
    "See that the token is in its place, reachable and unlocked, and has a session left; then call reload(). When that "
    "changes nothing, start the process again: what OpenSSL and the module knew of a token is kept.";

/// Returns a handle to a private key that stays in its PKCS #11 token, by URI (RFC 7512). Needs OpenSSL's "pkcs11"
/// engine (libp11) or, where there is none, its "pkcs11" provider. Nothing is asked for on a terminal, and a PIN inside
/// the URI is refused: the engine would print it.
///
/// A token that does not answer within `longest` (chosen: a login over a network takes seconds) is an Error, and so is
/// one that has gone since the key was found in it. A token that does not answer leaves a thread behind, one for
/// the process.
Result<KeyPtr> load_pkcs11_key(const std::string& uri, const Secret& pin,
                               std::chrono::milliseconds longest = std::chrono::seconds(30));

}  // namespace easypost_connect::internal
