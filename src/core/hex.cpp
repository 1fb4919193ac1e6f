// SPDX-License-Identifier: Apache-2.0
#include "core/hex.hpp"

#include <charconv>

#include "core/wipe.hpp"

namespace easypost_connect::internal {

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 0xfU];
  }
  return hex;
}

Secret from_hex(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  const WipeOnExit wipe_bytes(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    unsigned byte = 0;
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, byte, 16);
    bytes[i] = static_cast<char>(byte);
  }
  return Secret(bytes);
}

}  // namespace easypost_connect::internal
