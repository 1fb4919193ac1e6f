// SPDX-License-Identifier: Apache-2.0
#include "core/staged_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kAsTheMaskAllows = kOwnerOnly | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;

}  // namespace

StagedFile::StagedFile(StagedFile&& other) noexcept
    : option_(std::move(other.option_)),
      path_(std::move(other.path_)),
      staged_(std::exchange(other.staged_, std::string())),
      old_(std::exchange(other.old_, std::string())),
      file_(std::move(other.file_)) {}

StagedFile::~StagedFile() {
  for (const std::string& left : {staged_, old_}) {
    if (!left.empty()) ::unlink(left.c_str());
  }
}

Result<StagedFile> StagedFile::create(std::string_view option, std::string path, std::optional<mode_t> mode) {
  StagedFile file(option, std::move(path));
  if (auto opened = file.open(mode); !opened) return std::move(opened).error();
  return file;
}

Result<StagedFile> StagedFile::write(std::string_view option, std::string path, std::string_view content, mode_t mode) {
  auto file = create(option, std::move(path), mode);
  if (!file) return file;
  if (auto written = file->append(content); !written) return std::move(written).error();
  if (auto completed = file->complete(); !completed) return std::move(completed).error();
  return file;
}

/// Makes the file by open(), because only open() makes it as the umask allows, and nobody can read the umask without
/// setting it. The name holds nothing of the file's own, which may be as long as names can be.
Result<void> StagedFile::open(std::optional<mode_t> mode) {
  constexpr int kWays = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  const std::string folder = path_.substr(0, path_.rfind('/') + 1);  // npos + 1 is 0
  std::random_device random;
  do {
    staged_ = folder + ".easypost-connect." + std::to_string(random()) + ".part";
    file_ = FileDescriptor(::open(staged_.c_str(), kWays, mode ? kOwnerOnly : kAsTheMaskAllows));
  } while (!file_.is_open() && errno == EEXIST);
  if (!file_.is_open()) {
    staged_.clear();
    return failure("cannot be written");
  }
  if (mode && ::fchmod(file_.get(), *mode) != 0) return failure("cannot be given its permissions");
  return {};
}

Result<void> StagedFile::append(std::string_view bytes) {
  if (!file_.write(bytes)) return failure("cannot be written");
  return {};
}

Result<void> StagedFile::complete() {
  // The file is synced, or a power failure could leave the name with nothing in it.
  if (::fsync(file_.get()) != 0 || !file_.close()) return failure("cannot be written");
  return {};
}

Result<void> StagedFile::publish(bool replace) {
  if (replace) {
    if (std::rename(staged_.c_str(), path_.c_str()) != 0) return failure("cannot be replaced");
    staged_.clear();
    return {};
  }
  if (::link(staged_.c_str(), path_.c_str()) == 0) {
    ::unlink(staged_.c_str());
    staged_.clear();
    return {};
  }
  if (errno != EEXIST) return failure("cannot be given its name");
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, option_ + ": " + path_ + " is there already.",
                    "Choose another name, or allow the replacement (SigningRequestFiles::replace, --force).");
}

/// Renames the file: not every file system has a second name to give, and not every owner of a folder may give one.
Result<void> StagedFile::set_old_aside() {
  struct stat facts {};
  if (::lstat(path_.c_str(), &facts) != 0 && errno == ENOENT) return {};
  if (S_ISDIR(facts.st_mode)) {
    errno = EISDIR;
    return failure("cannot be replaced");
  }
  old_ = staged_ + ".old";
  if (std::rename(path_.c_str(), old_.c_str()) == 0) return {};
  old_.clear();
  return failure("cannot be replaced");
}

void StagedFile::withdraw() noexcept {
  if (staged_.empty()) ::unlink(path_.c_str());
  if (!old_.empty()) std::rename(old_.c_str(), path_.c_str());
  old_.clear();
}

bool StagedFile::stands_at(const std::string& path) const noexcept {
  struct stat own {};
  struct stat other {};
  return ::lstat(path_.c_str(), &own) == 0 && ::lstat(path.c_str(), &other) == 0 && own.st_dev == other.st_dev &&
         own.st_ino == other.st_ino;
}

Error StagedFile::failure(std::string_view what) const {
  const int reason = errno;
  std::string message = option_ + ": " + path_ + ' ';
  message.append(what).append(": ").append(std::generic_category().message(reason)).append(".");
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, std::move(message),
                    is_for_want_of_descriptors(reason)
                        ? no_descriptor_error("").remedy
                        : "Check the folder, its permissions and the space on its disk.");
}

}  // namespace easypost_connect::internal
