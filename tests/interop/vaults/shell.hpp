// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace easypost_connect::interop {

/// Runs a command of the shell and returns what it prints, without the line ends at its end. Throws, with what it wrote
/// to its standard error, when it fails.
std::string printed_by(const std::string& command);

}  // namespace easypost_connect::interop
