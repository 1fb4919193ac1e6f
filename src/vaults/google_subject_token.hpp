// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>

#include "vaults/google_credentials.hpp"
#include "vaults/secret_reader.hpp"
#include "vaults/vault_client.hpp"

namespace easypost_connect::internal {

/// Gets the token of the other identity provider from where the credential file says, anew each time. `client` makes
/// the Errors; a URL is asked through a transport of its own.
Result<Secret> subject_token(const SubjectTokenSource& source, VaultClient& client, const VaultStep& step,
                             const VaultWorld& world);

}  // namespace easypost_connect::internal
