// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "credential_look.hpp"

namespace easypost_connect::tool {

/// A FoundField is one credential of a look. It is called as the member of a secret: "api_key".
struct FoundField {
  std::string name;
  std::string place;
  std::string version;  ///< the vault's; empty: the place has none
  Secret content;
};

/// FoundCredentials are those of a look, after the files that it names were read.
struct FoundCredentials {
  ClientCertificate certificate;
  std::vector<FoundField> fields;

  /// Returns the field of that name; null when it is not set.
  [[nodiscard]] const FoundField* field(std::string_view name) const noexcept;
};

/// Makes the Error of a look that found nothing at all.
[[nodiscard]] Error nothing_given();

/// Reads the files of a look. The Error is that of the look, or of the first file that cannot be read.
[[nodiscard]] Result<FoundCredentials> found_in(const CredentialLook& look);

}  // namespace easypost_connect::tool
