// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace easypost_connect::internal {

/// All of these follow the ASCII rules of HTTP, whatever the locale of the host program.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept;

/// Returns `text` without blanks and tabs at both ends (OWS, RFC 9110, section 5.6.3).
std::string_view trim(std::string_view text) noexcept;

/// Returns whether `text` is a token (RFC 9110, section 5.6.2), which a header name or a method is.
bool is_token(std::string_view text) noexcept;

/// Returns whether `text` holds a character below space, or DEL: never legal in a URL, a header value or a credential.
bool has_control_character(std::string_view text) noexcept;

/// Returns the printable ASCII of `text`, at most `longest` characters: what a server sent, made fit for a log or a
/// terminal.
std::string printable(std::string_view text, std::size_t longest);

/// Returns the character that the "#39" or "amp" of an HTML or XML entity stands for; a blank for any other.
[[nodiscard]] char character_of_entity(std::string_view entity) noexcept;

/// Undoes, once each and in place, "%2f" (RFC 3986), "\/" and "\u002f" (RFC 8259), "\x2f" (C), and "&#47;" and "&amp;"
/// (HTML). A character outside ASCII becomes a blank.
void undo_escapes(std::string& text) noexcept;

/// Returns the one of `known` that `word` is most likely a misspelling of; empty when more than a third of it would
/// have to be changed. The first one wins a tie.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known);

/// Appends `value` as a JSON string, quotes included (RFC 8259, section 7). What is not UTF-8 becomes U+FFFD, a byte
/// each: a reader of JSON refuses it otherwise (section 8.1).
void append_json_string(std::string& out, std::string_view value);

}  // namespace easypost_connect::internal
