// SPDX-License-Identifier: Apache-2.0
#include "sandbox/form.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <openssl/evp.h>

#include "sandbox/http_rules.hpp"

namespace easypost_connect::sandbox {
namespace {

/// Cuts `text` at the first `separator`; returns what was before it.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view before = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return before;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // EVP_DecodeBlock takes the padding for zero bytes.
  const std::size_t padding = text.size() - std::min(text.find_last_not_of('=') + 1, text.size());
  bytes.resize(static_cast<std::size_t>(size) - std::min<std::size_t>(padding, 2));
  return bytes;
}

}  // namespace

std::optional<std::string> decode_form_value(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return std::nullopt;
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

std::optional<Form> Form::parse(std::string_view body) {
  Form form;
  while (!body.empty()) {
    std::string_view value = cut(body, '&');
    if (value.empty()) continue;
    const auto name = decode_form_value(cut(value, '='));
    const auto decoded = decode_form_value(value);
    if (!name || !decoded) return std::nullopt;
    if (!decoded->empty()) form.fields_.emplace_back(*name, *decoded);
  }
  return form;
}

std::string Form::get(std::string_view name) const {
  for (const auto& [known, value] : fields_) {
    if (known == name) return value;
  }
  return "";
}

bool Form::repeats() const {
  std::vector<std::string_view> names;
  for (const auto& field : fields_) names.push_back(field.first);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
  const auto encoded = credentials_of(authorization, "Basic");
  const auto pair = encoded ? decode_base64(*encoded) : std::nullopt;
  if (!pair) return std::nullopt;
  std::string_view secret = *pair;
  const auto id = decode_form_value(cut(secret, ':'));
  const auto decoded_secret = decode_form_value(secret);
  if (!id || !decoded_secret) return std::nullopt;
  return BasicCredentials{*id, *decoded_secret};
}

}  // namespace easypost_connect::sandbox
