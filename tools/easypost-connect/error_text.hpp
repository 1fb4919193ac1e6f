// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include <easypost_connect/error.hpp>

#include "terminal.hpp"

namespace easypost_connect::tool {

/// Writes what was seen on one line; empty when nothing was.
[[nodiscard]] std::string seen_text(const Error& error);

/// Error::describe() as this stream may have it: folded, in colours, without what could control a terminal.
[[nodiscard]] std::string to_text(const Error& error, const Terminal& terminal);

/// Tells whether EASYPOST_CONNECT_LOG_FORMAT asks for JSON on stderr.
[[nodiscard]] bool log_is_json();

/// Writes the error for a stderr whose lines are those of the log: one object, which holds the error as `doctor --json`
/// does.
[[nodiscard]] std::string to_log_line(const Error& error, int exit_status);

/// factor, code, message, remedy, retryable, seen: names and values of docs/cli.md.
[[nodiscard]] nlohmann::ordered_json to_json(const Error& error);

/// Prints one indented JSON document and a line end. Bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string to_text(const nlohmann::ordered_json& json);

/// "client certificate" -> "client_certificate"
[[nodiscard]] std::string slug(std::string_view words);

/// "2026-11-23T09:00:00Z"
[[nodiscard]] std::string to_iso8601(std::chrono::system_clock::time_point time);

}  // namespace easypost_connect::tool
