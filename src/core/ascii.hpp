// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// ASCII rules of HTTP, whatever the locale of the host program.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept;

/// Without blanks and tabs at both ends (OWS, RFC 9110, section 5.6.3).
std::string_view trim(std::string_view text) noexcept;

/// RFC 9110, section 5.6.2: what a header name or a method is made of.
bool is_token(std::string_view text) noexcept;

/// True when there is a character below space, or DEL: never legal in a URL, a header value or a credential.
bool has_control_character(std::string_view text) noexcept;

/// The printable ASCII of `text`, at most `longest` characters: what a server sent, made fit for a log or a terminal.
std::string printable(std::string_view text, std::size_t longest);

}  // namespace easypost_connect::internal
