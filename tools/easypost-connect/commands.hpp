// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <easypost_connect/error.hpp>

#include "exit_code.hpp"

namespace easypost_connect::tool {

// Each adds its subcommand to the program; when that one is chosen, it runs during parsing and sets `status`. Data goes
// to stdout, all else to stderr.
void add_csr(CLI::App& app, int& status);
void add_inspect(CLI::App& app, int& status);
void add_credentials(CLI::App& app, int& status);
void add_token(CLI::App& app, int& status);
void add_call(CLI::App& app, int& status);
void add_doctor(CLI::App& app, int& status);
void add_completion(CLI::App& app, int& status);
void add_help(CLI::App& app, int& status);
void add_manual(CLI::App& app, int& status);

/// Returns the subcommands that help and completion show, in the order in which they were added.
[[nodiscard]] std::vector<const CLI::App*> commands_of(const CLI::App& app);

/// Says on stderr what failed and what to do; returns the exit code for it.
int fail(const Error& error);

}  // namespace easypost_connect::tool
