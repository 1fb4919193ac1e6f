// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace easypost_connect::tool {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// The names of the caller's EASYPOST_CONNECT_* variables that a command would not see.
[[nodiscard]] std::vector<std::string> replaced_variables();

/// Variables that keep the caller's proxy, which is for the world outside, from being asked for the sandbox at
/// localhost; empty when there is none. Which of no_proxy and NO_PROXY counts is the business of each program, so a
/// list is not put where there was none beside the other one.
[[nodiscard]] Variables proxy_exceptions();

/// Keeps SIGINT, SIGTERM, SIGHUP and SIGCHLD pending, for sigwait, and ignores SIGPIPE; to be called before the first
/// thread starts.
void block_signals();

/// Waits until somebody asks this program to end: SIGINT, SIGTERM or SIGHUP.
void wait_for_the_end();

/// Runs a command (found by PATH) with these variables set and, but for EASYPOST_CONNECT_LOG and
/// EASYPOST_CONNECT_LOG_FORMAT, no other EASYPOST_CONNECT_* left, and waits for it. A request to end this program is
/// passed on to the command. Returns what a shell would: its exit status, 128 + the signal that ended it, or 127 when
/// it cannot be started, which is then said on stderr.
int run_command(const std::vector<std::string>& command, const Variables& variables);

}  // namespace easypost_connect::tool
