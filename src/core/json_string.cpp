// SPDX-License-Identifier: Apache-2.0
#include "core/json_string.hpp"

#include <cstddef>
#include <cstdio>

namespace easypost_connect::internal {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

/// How many bytes the character at the beginning has in UTF-8; 0: there is none (RFC 3629, section 4).
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
