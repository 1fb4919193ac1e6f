// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/error.hpp>

namespace easypost_connect::tool {

/// Sets `variable` for this process, and has in_shell_words() name `flag` instead of it from now on.
void set_by_flag(const char* variable, const char* flag, const char* value);

/// Only the second half: the value itself went another way.
void note_flag(const char* variable, const char* flag);

/// Returns the flag that gave the variable its value; the variable itself when none did.
[[nodiscard]] std::string name_at_the_shell(const char* variable);

/// The error as somebody at a shell can act upon it: a variable whose value came by a flag is called by that flag, and
/// what only code can set is not given as if it could be typed.
[[nodiscard]] Error in_shell_words(Error error);

}  // namespace easypost_connect::tool
