// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "core/settings.hpp"
#include "core/whole_file.hpp"

namespace easypost_connect::internal {

/// Returns whether a message may name `path`. A secret that was put where a path belongs looks like one, so a path is
/// shown only if it has the ending of a certificate file, is a folder, lies below a folder that exists, or `is_path`
/// for another reason; and never if it is a URL.
bool may_be_shown(std::string_view path, bool is_path = false);

bool is_folder(const std::string& path) noexcept;

/// A fault in the spelling of a path, and what to do.
struct PathSlip {
  std::string_view problem;
  std::string_view remedy;
};

/// Returns the slip of the pen that keeps `path` from naming a file; nothing when it looks well.
std::optional<PathSlip> slip_in_path(std::string_view path) noexcept;

/// A setting that holds TlsMaterial.
struct MaterialField : Setting {
  std::string_view path{};  ///< names the file at hand for messages; a view into its TlsMaterial

  /// Returns the field while it holds `material`.
  [[nodiscard]] MaterialField of(const TlsMaterial& material) const noexcept { return {*this, material.path()}; }
};

inline constexpr MaterialField kCertificateField{setting::kCertificate};
inline constexpr MaterialField kPrivateKeyField{setting::kPrivateKey};
inline constexpr MaterialField kServerCaField{setting::kServerCa};

/// Makes an Error (kInvalidCredential) about one field: what is wrong with it and what to do. Names the path of the
/// field, unless that may be a secret in the place of a path.
Error material_error(const MaterialField& field, std::string_view problem, std::string_view remedy);

/// Returns the bytes of a file, which is read unless it was before, or of memory. A PKCS #11 URI is an Error: keys in
/// tokens have no bytes.
Result<Secret> read_material(const TlsMaterial& material, const MaterialField& field);

/// Returns whether any account of this machine may read the file.
bool readable_by_others(const std::string& path) noexcept;

/// Reads each file that is named there once, so that the parts hold its content beside its path. A part that was a pipe
/// is one in memory afterwards. The Error is that of the first file that cannot be read; it and those behind it stay
/// without content.
Result<void> read_files(ClientCertificate& certificate, TlsMaterial& server_ca, const ReadingRules& rules);

/// Leaves only the paths of the parts that have one.
void forget_files(ClientCertificate& certificate, TlsMaterial& server_ca);

/// Returns a digest that tells contents of files apart, once they were read: two equal digests mean that nothing
/// changed.
std::string digest_of_files(const ClientCertificate& certificate, const TlsMaterial& server_ca);

/// Returns one SHA-256 of all texts and of where each of them ends.
std::string digest_of_texts(const std::vector<std::string_view>& texts);

}  // namespace easypost_connect::internal
