// SPDX-License-Identifier: Apache-2.0
#include "core/escapes.hpp"

#include <algorithm>
#include <charconv>

namespace easypost_connect::internal {
namespace {

struct Character {
  char value;
  std::size_t size;  ///< of what stands for it
};

char printable_or_blank(int code) noexcept { return code > ' ' && code <= '~' ? static_cast<char>(code) : ' '; }

/// Exactly `size` hexadecimal digits behind `prefix`, if they are there; otherwise the first character as it is.
Character hexadecimal(std::string_view text, std::size_t prefix, std::size_t size) noexcept {
  int code = 0;
  const std::string_view digits = text.substr(std::min(prefix, text.size()), size);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  const bool complete = digits.size() == size && read.ptr == digits.data() + size && digits.front() != '-';
  return complete ? Character{printable_or_blank(code), prefix + size} : Character{text.front(), 1};
}

Character first_character(std::string_view text) noexcept {
  if (text.front() == '%') return hexadecimal(text, 1, 2);
  if (text.front() == '\\' && text.size() > 1) {
    if (text[1] == 'u') return hexadecimal(text, 2, 4);
    return text[1] == 'x' ? hexadecimal(text, 2, 2) : Character{text[1], 2};
  }
  const auto end = text.front() == '&' ? text.substr(0, 10).find(';') : std::string_view::npos;
  if (end == std::string_view::npos) return {text.front(), 1};
  return {character_of_entity(text.substr(1, end - 1)), end + 1};
}

}  // namespace

char character_of_entity(std::string_view entity) noexcept {
  constexpr struct {
    std::string_view name;
    char character;
  } kNamed[] = {{"amp", '&'},  {"lt", '<'},  {"gt", '>'},     {"quot", '"'}, {"apos", '\''},
                {"plus", '+'}, {"sol", '/'}, {"equals", '='}, {"bsol", '\\'}};
  for (const auto& [name, character] : kNamed) {
    if (entity == name) return character;
  }
  int code = 0;
  const bool hexadecimal = entity.size() > 1 && (entity[1] == 'x' || entity[1] == 'X');
  const std::string_view digits = entity.substr(std::min(entity.size(), std::size_t{hexadecimal ? 2U : 1U}));
  std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  return printable_or_blank(code);
}

void undo_escapes(std::string& text) noexcept {
  std::size_t end = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const Character one = first_character(rest);
    text[end++] = one.value;
    rest.remove_prefix(one.size);
  }
  text.resize(end);
}

}  // namespace easypost_connect::internal
