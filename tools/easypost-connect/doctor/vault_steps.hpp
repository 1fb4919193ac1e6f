// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <easypost_connect/error.hpp>

#include "doctor/step.hpp"
#include "vaults/vault_look.hpp"

namespace easypost_connect::tool {

/// Returns the steps of a look at a vault as lines of a checklist. `error` is that of the look; null: it has none. A
/// look that asked for no secret has no steps.
[[nodiscard]] std::vector<Step> vault_steps(const internal::VaultLook& look, const Error* error);

}  // namespace easypost_connect::tool
