// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::tool {

/// A directory for credentials that only this user can read;
/// removed, with what was written into it, at the end of the scope.
class CredentialDirectory {
 public:
  /// Throws std::system_error.
  CredentialDirectory();
  ~CredentialDirectory();
  CredentialDirectory(const CredentialDirectory&) = delete;
  CredentialDirectory& operator=(const CredentialDirectory&) = delete;

  /// Writes a file that only this user can read (0600); returns its path. Throws std::system_error.
  std::string write(const std::string& name, std::string_view content);

 private:
  std::string path_;
};

}  // namespace easypost_connect::tool
