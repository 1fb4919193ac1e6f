// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/result.hpp>

#include "vaults/secret_reference.hpp"

namespace easypost_connect::internal {

/// Returns where a cloud of Microsoft's gives tokens for its vaults, which end in `vault_suffix`; for a suffix that is
/// not known, where the public cloud does.
std::string_view azure_authority(std::string_view vault_suffix) noexcept;

/// The place of a secret in Azure Key Vault.
struct AzureAddress {
  std::string vault;    ///< the name of the vault
  std::string suffix;   ///< the domain behind it: "vault.azure.net"
  std::string secret;   ///< the name of the secret
  std::string version;  ///< empty: the latest

  [[nodiscard]] std::string vault_url() const { return "https://" + vault + '.' + suffix; }
  [[nodiscard]] std::string shown() const { return "Azure Key Vault at " + vault_url(); }
  [[nodiscard]] std::string url() const;
};

/// Reads vault-name/secret[/version], in the cloud of `suffix`, or host/secrets/secret[/version]. The host must be a
/// vault of `suffix` or of a cloud that is known, so that no token goes to a stranger.
Result<AzureAddress> azure_address(const SecretReference& reference, std::string_view suffix);

}  // namespace easypost_connect::internal
