// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "identity/certificate_and_key.hpp"

namespace easypost_connect::internal {

/// The content of a PKCS #12 file (RFC 7292): the certificate of its key first, then all others.
Result<CertificateAndKey> parse_pkcs12(const Secret& content, const Secret& passphrase);

}  // namespace easypost_connect::internal
