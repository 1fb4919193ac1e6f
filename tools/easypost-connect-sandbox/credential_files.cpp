// SPDX-License-Identifier: Apache-2.0
#include "credential_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace easypost_connect::tool {
namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int file, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0) throw_errno(path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

CredentialDirectory::CredentialDirectory()
    : path_(std::filesystem::temp_directory_path() / "easypost-connect-sandbox.XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw_errno(path_);
}

CredentialDirectory::~CredentialDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string CredentialDirectory::write(const std::string& name, std::string_view content) {
  std::string path = path_ + '/' + name;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) throw_errno(path);
  try {
    write_all(file, content, path);
  } catch (...) {
    ::close(file);
    throw;
  }
  ::close(file);
  return path;
}

}  // namespace easypost_connect::tool
