// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "credential_look.hpp"

namespace easypost_connect::tool {

/// Prints what a look has found and where, and nothing secret of it; returns the exit code. A certificate that cannot
/// be used is the only thing that is wrong with what was found: whether all is there is what the doctor says.
[[nodiscard]] int show_credentials(const CredentialLook& look, bool json);

}  // namespace easypost_connect::tool
