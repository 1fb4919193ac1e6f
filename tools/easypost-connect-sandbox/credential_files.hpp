// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "command.hpp"
#include "core/file_descriptor.hpp"

namespace easypost_connect::tool {

/// Names the file of a running sandbox's certificate authority.
inline constexpr const char* kAuthorityVariable = "EASYPOST_CONNECT_SANDBOX_AUTHORITY";

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
  [[nodiscard]] std::string write(const std::string& name, std::string_view content) const;

 private:
  std::string path_;
};

/// A file of variables for other programs. It is there only while they can be used: whole, under its name, once the
/// sandbox takes connections, and gone at the end of the scope.
class EnvironmentFile {
 public:
  /// Removes what an earlier sandbox left under that name. Throws std::runtime_error when something else is there, or
  /// the file of a sandbox that still runs.
  explicit EnvironmentFile(std::string path);
  ~EnvironmentFile();
  EnvironmentFile(const EnvironmentFile&) = delete;
  EnvironmentFile& operator=(const EnvironmentFile&) = delete;

  /// NAME=value lines for `set -a; . FILE`, `docker run --env-file` and the like; mode 0600. Throws std::system_error.
  void publish(const Variables& variables);

 private:
  const std::string path_;
  internal::FileDescriptor published_;  // open while its sandbox runs, which is what a second one asks
};

/// The certificate authority in that file, made when there is no such file (mode 0600). Throws std::system_error, or
/// std::runtime_error when none can be made or the file is empty.
[[nodiscard]] std::string authority_in(const std::string& path);

/// The whole file; of "-", stdin. Throws std::system_error.
[[nodiscard]] std::string read_file(const std::string& path);

/// Makes a file appear whole, in the place of what is there or (`replace` false) only if nothing is. Returns it, open
/// and locked (flock(2)). Throws std::system_error.
internal::FileDescriptor write_whole(const std::string& path, std::string_view content, unsigned int mode,
                                     bool replace);

}  // namespace easypost_connect::tool
