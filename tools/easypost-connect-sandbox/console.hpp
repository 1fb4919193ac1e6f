// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/sandbox.hpp>

#include "command.hpp"

namespace easypost_connect::tool {

/// Writes a line of the log to stderr: in colour, refusals in red, when that is a terminal and NO_COLOR is not set.
void print_log_line(std::string_view line);

/// Says on stderr that the sandbox takes connections, and where.
void print_ready(const Sandbox& sandbox);

/// Prints what happened, on two lines of stderr.
void print_summary(const SandboxCounters& counters);

/// Prints what the sandbox assumes, as a table on stdout.
void print_assumptions();

/// Quotes a text as a shell reads it; without quotes where it needs none, because not all that read such files are
/// shells.
[[nodiscard]] std::string shell_quoted(std::string_view text);

/// `export NAME=value` for each variable, on stdout, for a shell to read.
void print_exports(const Variables& variables);

}  // namespace easypost_connect::tool
