// SPDX-License-Identifier: Apache-2.0
#include "credential_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <easypost_connect/sandbox.hpp>

#include "console.hpp"

namespace easypost_connect::tool {
namespace {

constexpr unsigned int kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr std::string_view kMark = "# Written by easypost-connect-sandbox; good while it runs.\n";

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

void write_new(const std::string& path, std::string_view content, unsigned int mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) throw_errno(path);
  try {
    write_all(file, content, path);
  } catch (...) {
    ::close(file);
    throw;
  }
  ::close(file);
}

std::string all_of(std::istream& in) { return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}; }

}  // namespace

CredentialDirectory::CredentialDirectory()
    : path_(std::filesystem::temp_directory_path() / "easypost-connect-sandbox.XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw_errno(path_);
}

CredentialDirectory::~CredentialDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string CredentialDirectory::write(const std::string& name, std::string_view content) const {
  std::string path = path_ + '/' + name;
  write_new(path, content, kOwnerOnly);
  return path;
}

EnvironmentFile::EnvironmentFile(std::string path) : path_(std::move(path)) {
  if (!std::filesystem::exists(std::filesystem::symlink_status(path_))) return;
  if (!std::filesystem::is_regular_file(path_) || read_file(path_).compare(0, kMark.size(), kMark) != 0) {
    throw std::runtime_error(path_ + " is there already, and no sandbox wrote it; choose another name");
  }
  if (::unlink(path_.c_str()) != 0) throw_errno(path_);
}

EnvironmentFile::~EnvironmentFile() {
  try {
    if (!published_.empty() && read_file(path_) == published_) ::unlink(path_.c_str());
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): it is gone already
  }
}

void EnvironmentFile::publish(const Variables& variables) {
  std::string lines(kMark);
  for (const auto& [name, value] : variables) lines += name + '=' + shell_quoted(value) + '\n';
  write_whole(path_, lines, kOwnerOnly, /*replace=*/true);
  published_ = std::move(lines);
}

std::string authority_in(const std::string& path) {
  if (!std::filesystem::exists(path)) {
    write_whole(path, Sandbox::make_authority().value(), kOwnerOnly, /*replace=*/false);
  }
  return read_file(path);
}

std::string read_file(const std::string& path) {
  if (path == "-") return all_of(std::cin);
  if (std::filesystem::is_directory(path)) throw std::runtime_error(path + " is a folder");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw_errno(path);
  return all_of(in);
}

void write_whole(const std::string& path, std::string_view content, unsigned int mode, bool replace) {
  const std::string staged = path + '.' + std::to_string(::getpid()) + ".part";
  write_new(staged, content, mode);
  const int failed = replace ? std::rename(staged.c_str(), path.c_str()) : ::link(staged.c_str(), path.c_str());
  const int reason = errno;
  ::unlink(staged.c_str());
  errno = reason;
  if (failed != 0) throw_errno(path);
}

}  // namespace easypost_connect::tool
