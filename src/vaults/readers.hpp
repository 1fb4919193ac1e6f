// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/vaults.hpp>

#include "vaults/secret_reader.hpp"

namespace easypost_connect::internal {

// Each is an Error when its options, with what the environment adds to them, cannot work. Nothing is sent.
Result<std::unique_ptr<SecretReader>> make_hashicorp_reader(vaults::HashiCorpVault options, const VaultWorld& world);
Result<std::unique_ptr<SecretReader>> make_aws_reader(vaults::AwsSecretsManager options, const VaultWorld& world);
Result<std::unique_ptr<SecretReader>> make_azure_reader(vaults::AzureKeyVault options, const VaultWorld& world);
Result<std::unique_ptr<SecretReader>> make_google_reader(vaults::GoogleSecretManager options, const VaultWorld& world);

}  // namespace easypost_connect::internal
