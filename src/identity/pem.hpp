// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "identity/material.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// All certificates of a PEM text, in order; at least one.
Result<std::vector<CertificatePtr>> parse_certificates(const Secret& pem, const MaterialField& field);

/// The private key in a PEM text, which may hold certificates too. An encrypted one needs `passphrase`; nobody is asked
/// for it on a terminal.
Result<KeyPtr> parse_private_key(const Secret& pem, const Secret& passphrase, const MaterialField& field);

// The same, of files or of memory.
Result<std::vector<CertificatePtr>> load_certificates(const TlsMaterial& source, const MaterialField& field);
Result<KeyPtr> load_private_key(const TlsMaterial& source, const Secret& passphrase, const MaterialField& field);

}  // namespace easypost_connect::internal
