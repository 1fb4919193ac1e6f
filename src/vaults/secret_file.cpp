// SPDX-License-Identifier: Apache-2.0
#include "vaults/secret_file.hpp"

#include <string_view>
#include <variant>

#include "core/whole_file.hpp"
#include "vaults/service_address.hpp"

namespace easypost_connect::internal {

std::string home_file(const char* name) {
  const std::string_view home = first_variable({"HOME"});
  return home.empty() ? std::string() : std::string(home) + '/' + name;
}

Secret secret_in_file(const std::string& path) {
  if (path.empty()) return {};
  const auto file = read_whole_file(path, {});
  const auto* whole = std::get_if<WholeFile>(&file);
  if (whole == nullptr) return {};
  const std::string_view text = whole->content.expose();
  return Secret(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

}  // namespace easypost_connect::internal
