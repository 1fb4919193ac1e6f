// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace easypost_connect::internal {

/// The steps of a look at a vault, in their order. A look that fails ends in one of the first four.
enum class VaultStage { kReach, kLogin, kRead, kDecode, kDone };

/// A SecretLook tells what was learned of one secret.
struct SecretLook {
  std::string reference;  ///< the address, without the name of a member
  std::string vault;      ///< the vault by name and URL; empty: none was asked
  std::string login;      ///< stands behind "login by"; empty: nobody is logged in, or nobody has to be
  std::string version;    ///< the name that the vault has for it; empty: it has none
};

/// A CredentialPlace tells where one credential was found.
struct CredentialPlace {
  std::string credential;  ///< is called as in vaults::FieldNames: "api_key"
  std::string reference;   ///< the address, with the name of the member
  std::string version;     ///< has the meaning of SecretLook::version
};

/// A VaultLook tells how far a look at the credentials came, and what it found. It holds no secret.
struct VaultLook {
  VaultStage stage = VaultStage::kDone;  ///< the step that failed; kDone: none did
  bool reached = false;                  ///< a service has answered
  std::vector<SecretLook> secrets;       ///< has what was asked for, up to the one that failed
  std::vector<CredentialPlace> places;
};

}  // namespace easypost_connect::internal
