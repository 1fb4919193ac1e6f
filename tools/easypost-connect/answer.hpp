// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/response.hpp>

#include "terminal.hpp"

namespace easypost_connect::tool {

/// Status line, header fields and the empty line behind them, as `curl -i` writes them. The client's blocking calls
/// speak HTTP/1.1; the reason phrase is not kept.
[[nodiscard]] std::string head_of(const Response& answer, const Terminal& terminal);

/// The body byte for byte; for a terminal: JSON indented, a line end behind it, nothing that could control it. Of a
/// body that is no text a terminal gets only a note of its size, which says how to have it.
[[nodiscard]] std::string body_of(const Response& answer, const Terminal& terminal);

/// `json` over several lines, and otherwise unchanged: numbers, escapes, the order of members. It has to be valid.
[[nodiscard]] std::string indented(std::string_view json);

}  // namespace easypost_connect::tool
