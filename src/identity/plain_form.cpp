// SPDX-License-Identifier: Apache-2.0
#include "identity/plain_form.hpp"

#include <openssl/crypto.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/base64.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

enum class ByteOrder { kLittleEndian, kBigEndian };

bool is_ascii(char high, char low) noexcept { return high == '\0' && low >= '\t' && low <= '~'; }

/// Two letters in a row are enough to know UTF-16 that has no byte order mark: no DER and no PEM text begins so.
std::optional<ByteOrder> byte_order_of_utf16(std::string_view bytes) noexcept {
  if (bytes.substr(0, 2) == "\xff\xfe") return ByteOrder::kLittleEndian;
  if (bytes.substr(0, 2) == "\xfe\xff") return ByteOrder::kBigEndian;
  if (bytes.size() < 4) return std::nullopt;
  if (is_ascii(bytes[1], bytes[0]) && is_ascii(bytes[3], bytes[2])) return ByteOrder::kLittleEndian;
  if (is_ascii(bytes[0], bytes[1]) && is_ascii(bytes[2], bytes[3])) return ByteOrder::kBigEndian;
  return std::nullopt;
}

/// PEM is ASCII; other characters are in comments only, which nobody reads.
Secret from_utf16(std::string_view bytes, ByteOrder order) {
  std::string text;
  text.reserve(bytes.size() / 2);
  const WipeOnExit wipe_text(text);
  const std::size_t low = order == ByteOrder::kLittleEndian ? 0 : 1;
  const bool has_mark = bytes.substr(0, 2) == "\xff\xfe" || bytes.substr(0, 2) == "\xfe\xff";
  for (std::size_t i = has_mark ? 2 : 0; i + 1 < bytes.size(); i += 2) {
    text += is_ascii(bytes[i + 1 - low], bytes[i + low]) ? bytes[i + low] : '?';
  }
  return Secret(text);
}

int value_of_hex(char digit) noexcept { return OPENSSL_hexchar2int(static_cast<unsigned char>(digit)); }

/// Undoes \u002B, as programs spell characters of ASCII in JSON; text in JSON in JSON has more than one backslash.
Secret without_unicode_escapes(const Secret& content) {
  constexpr std::string_view kEscape = "\\u00";
  std::string_view rest = content.expose();
  std::string text;
  text.reserve(rest.size());
  const WipeOnExit wipe_text(text);
  for (auto at = rest.find(kEscape); at != std::string_view::npos; at = rest.find(kEscape)) {
    const std::string_view digits = rest.substr(at + kEscape.size(), 2);
    const int high = digits.size() == 2 ? value_of_hex(digits[0]) : -1;
    const int low = digits.size() == 2 ? value_of_hex(digits[1]) : -1;
    const bool is_escape = high >= 0 && high < 8 && low >= 0;
    const std::size_t backslashes = is_escape ? rest.substr(0, at + 1).find_last_not_of('\\') + 1 : at + 1;
    text.append(rest.substr(0, backslashes));
    if (is_escape) text += static_cast<char>(16 * high + low);
    rest.remove_prefix(is_escape ? at + kEscape.size() + 2 : at + 1);
  }
  text.append(rest);
  return Secret(text);
}

std::string_view without_quotation_marks(std::string_view text) noexcept {
  const auto is_wrapping = [](char c) { return c == '"' || c == '\'' || c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_wrapping(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_wrapping(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

Secret plain_form(const Secret& bytes) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  const auto order = byte_order_of_utf16(bytes.expose());
  Secret content = order ? from_utf16(bytes.expose(), *order) : bytes;
  if (content.expose().substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    content = Secret(content.expose().substr(kByteOrderMark.size()));
  }
  content = without_unicode_escapes(content);
  while (auto inner = base64_decode_file(without_quotation_marks(content.expose()))) content = *std::move(inner);
  return content;
}

}  // namespace easypost_connect::internal
