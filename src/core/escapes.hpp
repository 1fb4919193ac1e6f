// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// The character that the "#39" or "amp" of an HTML or XML entity stands for; a blank for any other.
[[nodiscard]] char character_of_entity(std::string_view entity) noexcept;

/// Undoes, once each and in place, "%2f" (RFC 3986), "\/" and "\u002f" (RFC 8259), "\x2f" (C), and "&#47;" and "&amp;"
/// (HTML). A character outside ASCII becomes a blank.
void undo_escapes(std::string& text) noexcept;

}  // namespace easypost_connect::internal
