// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace easypost_connect::tool {

/// Adds `sign`: what the Portal does with a signing request. `status` is what the program ends with, if it is chosen.
void add_sign(CLI::App& app, int& status);

}  // namespace easypost_connect::tool
