// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdio>

namespace easypost_connect::internal {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letter(char a, char b) noexcept { return lower(a) == lower(b); }

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

bool is_token_character(char c) noexcept {
  const bool alphanumeric = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept {
  return part.empty() || std::search(text.begin(), text.end(), part.begin(), part.end(), same_letter) != text.end();
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

std::string printable(std::string_view text, std::size_t longest) {
  std::string out;
  out.reserve(std::min(text.size(), longest));  // growing would leave copies behind, and it may be a secret
  for (const char c : text.substr(0, longest)) {
    if (c >= ' ' && c <= '~') out += c;
  }
  return out;
}

bool has_control_character(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

namespace {

struct Character {
  char value;
  std::size_t size;  ///< length of what stands for it
};

char printable_or_blank(int code) noexcept { return code > ' ' && code <= '~' ? static_cast<char>(code) : ' '; }

/// Reads exactly `size` hexadecimal digits behind `prefix`. If they are not there, returns the first character as it
/// is.
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

namespace {

/// Returns the optimal string alignment distance: Levenshtein's, in which a swap of neighbours counts once.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, changed});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t kLongest = 64;  // the cost grows with the product of the lengths
  if (word.size() > kLongest) return {};
  std::string_view nearest;
  std::size_t least = 0;
  for (const std::string_view candidate : known) {
    const std::size_t changes = distance(word, candidate);
    const bool alike = changes * 3 <= std::max(word.size(), candidate.size());
    if (!alike || (!nearest.empty() && changes >= least)) continue;
    nearest = candidate;
    least = changes;
  }
  return nearest;
}

namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

/// Returns how many bytes the character at the beginning has in UTF-8; 0 when there is no such character (RFC 3629,
/// section 4).
std::size_t utf8_size(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  const unsigned second = byte_at(text, 1);
  const auto continues = [text](std::size_t i) { return (byte_at(text, i) & 0xc0U) == 0x80U; };
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second > 0x9f;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool outside = (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return continues(1) && continues(2) && continues(3) && !outside ? 4 : 0;
  }
  return 0;
}

void append_ascii(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out.append("\\").append(1, c);
  } else if (c < ' ' || c == '\x7f') {
    char escaped[8] = {};
    std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
    out += escaped;
  } else {
    out += c;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view value) {
  out += '"';
  while (!value.empty()) {
    const std::size_t size = utf8_size(value);
    if (size == 1) {
      append_ascii(out, value.front());
    } else {
      out.append(size == 0 ? std::string_view("\xef\xbf\xbd") : value.substr(0, size));
    }
    value.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

}  // namespace easypost_connect::internal
