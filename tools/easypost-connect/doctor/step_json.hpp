// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "doctor/step.hpp"

namespace easypost_connect::tool {

/// Returns the steps as `doctor --json` has them: the names and values are those of docs/cli.md.
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<Step>& steps);

}  // namespace easypost_connect::tool
