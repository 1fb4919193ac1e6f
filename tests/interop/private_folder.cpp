// SPDX-License-Identifier: Apache-2.0
#include "private_folder.hpp"

#include <stdlib.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace easypost_connect::interop {

PrivateFolder::PrivateFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "easypost-connect-interop-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string PrivateFolder::write(const std::string& name, const std::string& content) const {
  std::ofstream file(path(name), std::ios::binary);
  file << content;
  if (!file.flush()) throw std::runtime_error("cannot write " + path(name));
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string filled_in(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  std::smatch forgotten;
  if (std::regex_search(text, forgotten, std::regex("@[A-Z0-9_]+@"))) {
    throw std::runtime_error("no value for " + forgotten.str());
  }
  return text;
}

}  // namespace easypost_connect::interop
