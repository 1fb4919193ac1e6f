// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "identity/certificate_checks.hpp"
#include "identity/file_form.hpp"
#include "identity/material.hpp"
#include "identity/openssl_ptr.hpp"

namespace easypost_connect::internal {

/// All certificates of `pieces`, in order; at least one. Keys and what belongs to them may stand beside them.
Result<std::vector<CertificatePtr>> certificates_in(const std::vector<Piece>& pieces, const MaterialField& field);

/// The same, of PEM or DER.
Result<std::vector<CertificatePtr>> parse_certificates(const Secret& content, const MaterialField& field);

/// The same, of a file or of memory. `warnings`, if given, learns of what stands in it and is not used.
Result<std::vector<CertificatePtr>> load_certificates(const TlsMaterial& source, const MaterialField& field,
                                                      std::vector<CredentialWarning>* warnings = nullptr);

}  // namespace easypost_connect::internal
