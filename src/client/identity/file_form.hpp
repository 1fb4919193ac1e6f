// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/error.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "identity/certificate_checks.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {

/// The form of one piece of a file. The bytes decide; the label of a PEM block decides only where they cannot.
enum class Form {
  kCertificate,
  kPkcs7,                ///< certificates in a container (RFC 2315): .p7b, .p7c
  kPkcs12,               ///< certificates and keys in a container (RFC 7292): .p12, .pfx
  kPrivateKey,           ///< PKCS #8, PKCS #1 or SEC 1
  kEncryptedPrivateKey,  ///< PKCS #8, or a PEM block with a DEK-Info header
  kSigningRequest,
  kPublicKey,
  kRevocationList,
  kKeyParameters,  ///< EC PARAMETERS, DH PARAMETERS
  kOther,          ///< a PEM block of another trade: OpenSSH, PGP
};

/// A block of a PEM text, or one DER value.
struct Piece {
  Form form;
  std::size_t number = 1;  ///< number of the block, from 1
  std::string label;       ///< label of a PEM block; empty: DER
  Secret der;              ///< empty: kOther and kKeyParameters
  std::string encryption;  ///< DEK-Info of an encrypted PEM block; empty: none
};

/// Returns the pieces of a certificate file, a key file or a bundle, in order; at least one. This is the only place
/// that judges what bytes are: an Error names the form that was seen, or the block that is damaged.
Result<std::vector<Piece>> pieces_of(const Secret& bytes, const MaterialField& field);

/// Returns whether `piece` is a private key, encrypted or not.
bool is_private_key(const Piece& piece) noexcept;

/// Describes `piece` for messages: "a certificate signing request (block 2, CERTIFICATE REQUEST)".
std::string to_text(const Piece& piece);

/// Warns that something of a file is not used; `what` is what to_text() says of it.
CredentialWarning unused_warning(const MaterialField& field, const std::string& what);

/// Adds a warning for each piece whose form is none of `used`. Parameters directly before a key belong to it.
void warn_of_unused(const std::vector<Piece>& pieces, std::initializer_list<Form> used, const MaterialField& field,
                    std::vector<CredentialWarning>& warnings);

/// Takes off `bytes` the wrapping that editors, shells and vaults put around a certificate or a key: UTF-16 as
/// PowerShell writes it, a byte order mark, base64 of a whole file (also twice). What is not wrapped comes back as it
/// is.
Secret plain_form(const Secret& bytes);

/// Makes the Error about content that holds neither PEM nor DER: what it is instead, and what turns it into something
/// usable.
Error foreign_form(std::string_view content, const MaterialField& field);

}  // namespace easypost_connect::internal
