// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace easypost_connect::interop {

/// A folder that exists as long as this object, for its owner only.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = {}) const { return (path_ / name).string(); }
  /// Returns the path of the new file.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string read_file(const std::string& path);

/// `text` with each name replaced by its value: {"@PORT@", "20443"}. Throws when a "@NAME@" is left over.
[[nodiscard]] std::string filled_in(std::string text, const std::map<std::string, std::string>& values);

}  // namespace easypost_connect::interop
