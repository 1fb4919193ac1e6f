// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "core/whole_file.hpp"

namespace easypost_connect::internal {

/// An option that holds TlsMaterial: its name in ClientOptions, the variable that sets it, and whose fault a bad one
/// is.
struct MaterialField {
  std::string_view option;
  std::string_view variable;
  Factor factor;
  std::string_view path{};  ///< of the file at hand, so that messages name it; a view into its TlsMaterial

  /// The field while it holds `material`.
  [[nodiscard]] MaterialField of(const TlsMaterial& material) const noexcept {
    return {option, variable, factor, material.path()};
  }
};

inline constexpr MaterialField kCertificateField{"client_certificate.certificate", "EASYPOST_CONNECT_CLIENT_CERT",
                                                 Factor::kClientCertificate};
inline constexpr MaterialField kPrivateKeyField{"client_certificate.private_key", "EASYPOST_CONNECT_CLIENT_KEY",
                                                Factor::kClientCertificate};
inline constexpr MaterialField kServerCaField{"server_ca", "EASYPOST_CONNECT_CA_FILE", Factor::kServerCertificate};

/// kInvalidCredential about one field: what is wrong with it and what to do. Names the path of the field, unless that
/// may be a secret in the place of a path.
Error material_error(const MaterialField& field, std::string_view problem, std::string_view remedy);

/// The bytes of a file, which is read unless it was before, or of memory. An Error for a PKCS #11 URI: keys in tokens
/// have no bytes.
Result<Secret> read_material(const TlsMaterial& material, const MaterialField& field);

/// Whether any account of this machine may read the file.
bool readable_by_others(const std::string& path) noexcept;

/// Reads each file that is named there once, so that the parts hold its content beside its path. A part that was a pipe
/// is one in memory afterwards. The Error is that of the first file that cannot be read; it and those behind it stay
/// without content.
std::optional<Error> read_files(ClientCertificate& certificate, TlsMaterial& server_ca, const ReadingRules& rules);

/// Only the paths are left of the parts that have one.
void forget_files(ClientCertificate& certificate, TlsMaterial& server_ca);

/// Tells contents of files apart, once they were read: two equal digests mean that nothing changed.
std::string digest_of_files(const ClientCertificate& certificate, const TlsMaterial& server_ca);

}  // namespace easypost_connect::internal
