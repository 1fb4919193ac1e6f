// SPDX-License-Identifier: Apache-2.0
#include "auth/token_in_json.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "core/ascii.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

constexpr char kNoHeaderCharacter = '\x01';  // what no token may have in it

/// Where the text ends that begins behind a quotation mark: at the next one, or with the JSON.
std::size_t end_of_text(std::string_view json, std::size_t begin) noexcept {
  std::size_t end = begin;
  while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
  return std::min(end, json.size());
}

/// RFC 8259, section 7, as far as a token can need it: of ASCII.
char character_of_code(std::string_view digits) noexcept {
  unsigned code = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  const bool whole = digits.size() == 4 && read.ptr == digits.data() + digits.size();
  return whole && code < 0x80 ? static_cast<char>(code) : kNoHeaderCharacter;
}

Secret unescaped(std::string_view text) {
  std::string plain;
  const WipeOnExit wipe_plain(plain);
  plain.reserve(text.size());
  while (!text.empty()) {
    std::size_t size = 1;
    char c = text.front();
    if (c == '\\' && text.size() > 1) {
      const bool by_code = text[1] == 'u';
      size = by_code ? std::min<std::size_t>(6, text.size()) : 2;
      c = by_code ? character_of_code(text.substr(2, 4)) : text[1];
      if (std::string_view("bfnrt").find(text[1]) != std::string_view::npos) c = kNoHeaderCharacter;
    }
    plain += c;
    text.remove_prefix(size);
  }
  return Secret(plain);
}

bool ends_in_token(std::string_view name) noexcept {
  constexpr std::string_view kEnd = "token";
  return name.size() >= kEnd.size() && equals_ignoring_case(name.substr(name.size() - kEnd.size()), kEnd);
}

}  // namespace

Secret take_token(std::string& json) {
  constexpr std::string_view kBlanks = " \t\r\n:";
  Secret token;
  int depth = 0;
  std::string_view name;  // of the value to come
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '{' || json[at] == '[') ++depth;
    if (json[at] == '}' || json[at] == ']') --depth;
    if (json[at] == ',') name = {};
    if (json[at] != '"') continue;
    const std::size_t begin = at + 1;
    const std::size_t end = end_of_text(json, begin);
    const std::string_view text = std::string_view(json).substr(begin, end - begin);
    const auto next = std::min(json.find_first_not_of(kBlanks, end + 1), json.size());
    const bool is_name = json.find(':', end) < next;
    if (is_name) {
      name = text;
    } else if (ends_in_token(name)) {
      if (depth == 1 && name == "access_token") token = unescaped(text);
      std::fill(json.begin() + static_cast<std::ptrdiff_t>(begin), json.begin() + static_cast<std::ptrdiff_t>(end),
                'x');
    }
    at = end;
  }
  return token;
}

}  // namespace easypost_connect::internal
