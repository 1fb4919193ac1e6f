// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "identity/certificate_and_key.hpp"
#include "identity/file_form.hpp"
#include "identity/material.hpp"

namespace easypost_connect::internal {

/// Whether `pieces` are a single PKCS #12 file.
bool is_pkcs12(const std::vector<Piece>& pieces) noexcept;

/// The identity in a PKCS #12 file: its key, the certificate of that key first, then all others. `key` is null when the
/// file holds certificates alone. An Error when it holds several keys and it is not plain which one is meant.
Result<CertificateAndKey> parse_pkcs12(const Secret& der, const Secret& passphrase, const MaterialField& field);

/// The certificates of a trust store that is a PKCS #12 file, such as Java's cacerts. It holds no secret; its
/// passphrase is none, or the one that keytool's manual uses.
Result<std::vector<CertificatePtr>> parse_trust_store(const Secret& der, const MaterialField& field);

}  // namespace easypost_connect::internal
