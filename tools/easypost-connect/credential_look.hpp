// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/result.hpp>

#include "vaults/vault_look.hpp"

namespace easypost_connect::tool {

/// A CredentialLook is what was found by one look at the variables, the flags, their files and a vault.
struct CredentialLook {
  Result<Credentials> credentials;
  std::optional<std::chrono::seconds> look_again_after{};  ///< is the wish of the vault; empty: none was asked
  std::optional<internal::VaultLook> vault{};              ///< empty: no vault was asked
  /// Tells where each credential was found: in a vault, a variable, or the file of a flag.
  std::vector<internal::CredentialPlace> places{};
};

}  // namespace easypost_connect::tool
