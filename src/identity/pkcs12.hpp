// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "identity/certificate_and_key.hpp"
#include "identity/file_form.hpp"

namespace easypost_connect::internal {

/// Whether `pieces` are a single PKCS #12 file.
bool is_pkcs12(const std::vector<Piece>& pieces) noexcept;

/// The content of a PKCS #12 file (RFC 7292): the certificate of its key first, then all others.
Result<CertificateAndKey> parse_pkcs12(const Secret& content, const Secret& passphrase);

}  // namespace easypost_connect::internal
