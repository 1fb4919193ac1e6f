// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// A value of JSON in which a vault hands out secrets: its texts, the names of its members too, are Secret.
class SecretJson {
 public:
  struct Member;
  enum class Kind { kNothing, kNull, kBoolean, kInteger, kFraction, kText, kArray, kObject };

  /// Nothing: what a text is that is no JSON.
  SecretJson() noexcept = default;
  explicit SecretJson(Kind kind, std::int64_t number = 0) noexcept : kind_(kind), number_(number) {}
  explicit SecretJson(Secret text) noexcept : kind_(Kind::kText), text_(std::move(text)) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_object() const noexcept { return kind_ == Kind::kObject; }
  [[nodiscard]] bool is_true() const noexcept { return kind_ == Kind::kBoolean && number_ != 0; }
  /// The text of a text; empty for all else.
  [[nodiscard]] std::string_view text() const noexcept { return text_.expose(); }
  /// The number of an integer, and of a text of digits, as some services write it.
  [[nodiscard]] std::int64_t number(std::int64_t otherwise) const noexcept;
  /// The members of an object in their order, and the elements of an array, which have no name; empty for all else.
  [[nodiscard]] const std::vector<Member>& members() const noexcept { return members_; }
  /// The last member of that name; null when there is none.
  [[nodiscard]] const SecretJson* find(std::string_view name) const noexcept;

  /// Writes the value as JSON. A number with a fraction is written as 0.5: no credential is one.
  [[nodiscard]] Secret dump() const;

  /// Takes a member into an object, or an element into an array.
  SecretJson& add(Secret name, SecretJson value);

 private:
  Kind kind_ = Kind::kNothing;
  std::int64_t number_ = 0;
  Secret text_;
  std::vector<Member> members_;
};

struct SecretJson::Member {
  Secret name;
  SecretJson value;
};

/// Parses `text`: nothing when it is no JSON, or nested deeper than 32.
[[nodiscard]] SecretJson parse_secret_json(std::string_view text);

/// Follows `names` from object to object; null when a member is missing on the way.
template <typename... Names>
const SecretJson* find_member(const SecretJson& json, std::string_view name, Names... names) {
  const SecretJson* member = json.find(name);
  if constexpr (sizeof...(Names) == 0) {
    return member;
  } else {
    return member != nullptr ? find_member(*member, names...) : nullptr;
  }
}

/// Returns the text of that member, as a view into `json`; empty when there is none.
template <typename... Names>
std::string_view text_at(const SecretJson& json, Names... names) {
  const SecretJson* member = find_member(json, names...);
  return member != nullptr ? member->text() : std::string_view();
}

/// Returns the number of that member, also when it is a text of digits.
template <typename... Names>
std::int64_t number_at(const SecretJson& json, std::int64_t otherwise, Names... names) {
  const SecretJson* member = find_member(json, names...);
  return member != nullptr ? member->number(otherwise) : otherwise;
}

/// Returns whether that member is true.
template <typename... Names>
bool is_true_at(const SecretJson& json, Names... names) {
  const SecretJson* member = find_member(json, names...);
  return member != nullptr && member->is_true();
}

/// Returns the first element of the array that is that member; nothing when there is none.
template <typename... Names>
SecretJson first_at(const SecretJson& json, Names... names) {
  const SecretJson* member = find_member(json, names...);
  const bool has_one = member != nullptr && member->kind() == SecretJson::Kind::kArray && !member->members().empty();
  return has_one ? member->members().front().value : SecretJson();
}

/// Returns the time that a token or a lease lives, as that member says: from nothing, also if it says nothing, to a
/// decade, so that it can be added to any time.
template <typename... Names>
std::chrono::seconds life_at(const SecretJson& json, Names... names) {
  constexpr std::chrono::hours kLongest{10 * 365 * 24};
  return std::clamp(std::chrono::seconds(number_at(json, 0, names...)), std::chrono::seconds(0),
                    std::chrono::seconds(kLongest));
}

}  // namespace easypost_connect::internal
