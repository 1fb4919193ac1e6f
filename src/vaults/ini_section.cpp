// SPDX-License-Identifier: Apache-2.0
#include "vaults/ini_section.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

/// Takes the first line off `text`, and returns it without its end and blanks.
std::string_view take_line(std::string_view& text) noexcept {
  const auto end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return trim(line);
}

bool is_title(std::string_view line) noexcept { return line.size() >= 2 && line.front() == '[' && line.back() == ']'; }

}  // namespace

std::optional<IniSection> IniSection::find(std::string_view text, std::string_view title) noexcept {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (is_title(line) && trim(line.substr(1, line.size() - 2)) == title) return IniSection(text);
  }
  return std::nullopt;
}

std::string_view IniSection::value(std::string_view name) const noexcept {
  std::string_view rest = lines_;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (is_title(line)) return {};
    const auto equals = line.find('=');
    if (equals != std::string_view::npos && trim(line.substr(0, equals)) == name) return trim(line.substr(equals + 1));
  }
  return {};
}

}  // namespace easypost_connect::internal
