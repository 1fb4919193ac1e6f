// SPDX-License-Identifier: Apache-2.0
#include "identity/staged_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

bool write_all(int file, std::string_view content) noexcept {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

StagedFile::StagedFile(StagedFile&& other) noexcept
    : option_(std::move(other.option_)),
      path_(std::move(other.path_)),
      staged_(std::exchange(other.staged_, std::string())) {}

StagedFile::~StagedFile() {
  if (!staged_.empty()) ::unlink(staged_.c_str());
}

Result<StagedFile> StagedFile::write(std::string_view option, std::string path, std::string_view content, mode_t mode) {
  StagedFile file(option, std::move(path));
  if (auto error = file.stage(content, mode)) return *std::move(error);
  return file;
}

std::optional<Error> StagedFile::stage(std::string_view content, mode_t mode) {
  std::string pattern = path_ + ".XXXXXX";
  const int file = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (file < 0) return failure("cannot be written");
  staged_ = pattern;
  // Synced, or a power failure could leave the name with nothing in it.
  const bool written = ::fchmod(file, mode) == 0 && write_all(file, content) && ::fsync(file) == 0;
  const int reason = errno;
  const bool closed = ::close(file) == 0;
  if (!written) errno = reason;
  if (!written || !closed) return failure("cannot be written");
  return std::nullopt;
}

std::optional<Error> StagedFile::publish(bool replace) {
  if (replace) {
    if (std::rename(staged_.c_str(), path_.c_str()) != 0) return failure("cannot be replaced");
    staged_.clear();
    return std::nullopt;
  }
  if (::link(staged_.c_str(), path_.c_str()) == 0) {
    ::unlink(staged_.c_str());
    staged_.clear();
    return std::nullopt;
  }
  if (errno != EEXIST) return failure("cannot be given its name");
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, option_ + ": " + path_ + " is there already.",
                    "Choose another name, or allow the replacement (SigningRequestFiles::replace, --force).");
}

void StagedFile::withdraw() noexcept { ::unlink(path_.c_str()); }

Error StagedFile::failure(std::string_view what) const {
  std::string message = option_ + ": " + path_ + ' ';
  message.append(what).append(": ").append(std::generic_category().message(errno)).append(".");
  return make_error(ErrorCode::kInvalidOption, Factor::kRequest, std::move(message),
                    "Check the folder, its permissions and the space on its disk.");
}

}  // namespace easypost_connect::internal
