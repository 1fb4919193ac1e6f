// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/vaults.hpp>

#include "vaults/vault_source.hpp"

namespace easypost_connect::internal {

/// Makes the source of the addresses that stand in the variables: in EASYPOST_CONNECT_CREDENTIALS, or in those of the
/// single credentials. Null: there is no address in any.
Result<std::shared_ptr<VaultSource>> vault_source_of_environment(const vaults::VaultOptions& options);

/// Makes the world that VaultOptions ask for.
VaultWorld world_of(const vaults::VaultOptions& options);

}  // namespace easypost_connect::internal
