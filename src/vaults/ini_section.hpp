// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace easypost_connect::internal {

/// An IniSection is one section of an INI file, as a view into its text.
class IniSection {
 public:
  /// Returns the first section [title]; nothing when there is none.
  static std::optional<IniSection> find(std::string_view text, std::string_view title) noexcept;

  /// Returns the value of `name = value`, without blanks around it; empty when there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const noexcept;

 private:
  explicit IniSection(std::string_view lines) noexcept : lines_(lines) {}

  std::string_view lines_;
};

}  // namespace easypost_connect::internal
