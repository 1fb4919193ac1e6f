// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "vaults/secret_text.hpp"

namespace easypost_connect::internal {

using WipedString = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

/// JSON in which a vault hands out secrets: its memory is wiped.
using SecretJson = nlohmann::basic_json<std::map, std::vector, WipedString, bool, std::int64_t, std::uint64_t, double,
                                        WipingAllocator>;

/// Parses `text`; discarded when it is no JSON, or nested deeper than 32.
inline SecretJson parse_secret_json(std::string_view text) {
  constexpr int kDeepest = 32;
  const auto is_wanted = [](int depth, SecretJson::parse_event_t /*event*/, SecretJson& /*value*/) {
    return depth <= kDeepest;
  };
  return SecretJson::parse(SecretTextIterator(text.data()), SecretTextIterator(text.data() + text.size()), is_wanted,
                           /*allow_exceptions=*/false);
}

/// Returns the member `name` of an object; null when there is none.
inline const SecretJson* find_member(const SecretJson& json, std::string_view name) {
  if (!json.is_object()) return nullptr;
  const auto member = json.find(WipedString(name));
  return member != json.end() ? &*member : nullptr;
}

/// Follows `names` from object to object; null when a member is missing on the way.
template <typename... Names>
const SecretJson* find_member(const SecretJson& json, std::string_view name, Names... names) {
  const SecretJson* member = find_member(json, name);
  return member != nullptr ? find_member(*member, names...) : nullptr;
}

/// Returns the text of that member, as a view into `json`; empty when there is none.
template <typename... Names>
std::string_view text_at(const SecretJson& json, Names... names) {
  const SecretJson* member = find_member(json, names...);
  if (member == nullptr || !member->is_string()) return {};
  return member->template get_ref<const WipedString&>();
}

/// Returns the number of that member, also when it is a text of digits, as some services write it.
template <typename... Names>
std::int64_t number_at(const SecretJson& json, std::int64_t otherwise, Names... names) {
  const SecretJson* member = find_member(json, names...);
  if (member == nullptr) return otherwise;
  if (member->is_number_integer()) return member->template get<std::int64_t>();
  if (!member->is_string()) return otherwise;
  const std::string_view digits = member->template get_ref<const WipedString&>();
  std::int64_t number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9' || number > INT64_MAX / 100) return otherwise;
    number = number * 10 + (c - '0');
  }
  return digits.empty() ? otherwise : number;
}

}  // namespace easypost_connect::internal
