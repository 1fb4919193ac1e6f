// SPDX-License-Identifier: Apache-2.0
#include "credential_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
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

using internal::FileDescriptor;

namespace {

constexpr unsigned int kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr std::string_view kMark = "# Written by easypost-connect-sandbox; good while it runs.\n";

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Takes the lock that tells other sandboxes that the writer of a file still runs: the kernel gives it back when the
/// file is closed, however the writer ends. False when somebody else has it; a file system without locks has no owner.
bool lock(const FileDescriptor& file) { return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

/// Tells whether that file is still the one of that name.
bool is_at(const FileDescriptor& file, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file.get(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

/// Failures name `shown`, the file that people know of.
FileDescriptor write_new(const std::string& path, std::string_view content, unsigned int mode,
                         const std::string& shown) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.is_open()) throw_errno(shown);
  lock(file);
  if (!file.write(content)) throw_errno(shown);
  return file;
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
  write_new(path, content, kOwnerOnly, path);
  return path;
}

EnvironmentFile::EnvironmentFile(std::string path) : path_(std::move(path)) {
  if (!std::filesystem::exists(std::filesystem::symlink_status(path_))) return;
  if (!std::filesystem::is_regular_file(path_) || read_file(path_).compare(0, kMark.size(), kMark) != 0) {
    throw std::runtime_error(path_ + " is there already, and no sandbox wrote it; choose another name");
  }
  const FileDescriptor left_behind(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!left_behind.is_open()) throw_errno(path_);
  if (!lock(left_behind)) {
    throw std::runtime_error(path_ + " belongs to a sandbox that still runs; choose another name, or end that one");
  }
  if (is_at(left_behind, path_) && ::unlink(path_.c_str()) != 0) throw_errno(path_);
}

EnvironmentFile::~EnvironmentFile() {
  if (published_.is_open() && is_at(published_, path_)) ::unlink(path_.c_str());
}

void EnvironmentFile::publish(const Variables& variables) {
  std::string lines(kMark);
  for (const auto& [name, value] : variables) lines += name + '=' + shell_quoted(value) + '\n';
  published_ = write_whole(path_, lines, kOwnerOnly, /*replace=*/false);
}

std::string authority_in(const std::string& path) {
  if (!std::filesystem::exists(path)) {
    write_whole(path, Sandbox::make_authority().value(), kOwnerOnly, /*replace=*/false);
  }
  std::string authority = read_file(path);
  if (authority.empty()) throw std::runtime_error(path + " is empty; an authority is made in a file that is not there");
  return authority;
}

std::string read_file(const std::string& path) {
  if (path == "-") return all_of(std::cin);
  if (std::filesystem::is_directory(path)) throw std::runtime_error(path + " is a folder");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw_errno(path);
  return all_of(in);
}

FileDescriptor write_whole(const std::string& path, std::string_view content, unsigned int mode, bool replace) {
  const std::string staged = path + '.' + std::to_string(::getpid()) + ".part";
  FileDescriptor file = write_new(staged, content, mode, path);
  const int failed = replace ? std::rename(staged.c_str(), path.c_str()) : ::link(staged.c_str(), path.c_str());
  const int reason = errno;
  ::unlink(staged.c_str());
  errno = reason;
  if (failed != 0) throw_errno(path);
  return file;
}

}  // namespace easypost_connect::tool
