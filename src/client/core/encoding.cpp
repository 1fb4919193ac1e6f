// SPDX-License-Identifier: Apache-2.0
#include "core/encoding.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <openssl/evp.h>

#include "core/secrets.hpp"

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

namespace {

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_digit(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock adds a NUL
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string base64url_encode(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  text.erase(std::min(text.find('='), text.size()));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<Secret> base64_decode(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  const WipeOnExit wipe_digits(digits);
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return !is_blank(c); });
  const auto padding = std::find_if_not(digits.begin(), digits.end(), is_digit);
  const auto padded = static_cast<std::size_t>(digits.end() - padding);
  const bool ends_well = padded <= 2 && std::all_of(padding, digits.end(), [](char c) { return c == '='; });
  if (digits.empty() || digits.size() % 4 != 0 || !ends_well) return std::nullopt;

  std::string bytes(digits.size() / 4 * 3, '\0');
  const WipeOnExit wipe_bytes(bytes);
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(digits.data()),
                  static_cast<int>(digits.size()));
  return Secret(std::string_view(bytes).substr(0, bytes.size() - padded));
}

std::optional<Secret> base64_decode_file(std::string_view text) {
  constexpr std::string_view kBeginnings[] = {"\x30", "\xfe\xed\xfe\xed", "\xce\xce\xce\xce"};  // DER, JKS, JCEKS
  auto content = base64_decode(text);
  if (!content) return std::nullopt;
  const std::string_view bytes = content->expose();
  const bool is_file = bytes.find("-----BEGIN ") != std::string_view::npos ||
                       std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                                   [bytes](auto begin) { return bytes.substr(0, begin.size()) == begin; });
  return is_file || base64_decode_file(bytes) ? content : std::nullopt;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
}

void append_form_field(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += '&';
  append_percent_encoded(out, name);
  out += '=';
  append_percent_encoded(out, value);
}

}  // namespace easypost_connect::internal
