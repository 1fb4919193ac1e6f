// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "core/body_origin.hpp"
#include "core/file_descriptor.hpp"
#include "core/make_error.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

Error file_error(const std::string& path, const std::string& problem, std::string remedy) {
  return make_error(ErrorCode::kBodyIo, Factor::kRequest, "The body's file " + path + ' ' + problem + ".",
                    std::move(remedy));
}

Error unreadable(const std::string& path) {
  const int reason = errno;
  return file_error(path, "cannot be read: " + std::generic_category().message(reason),
                    is_for_want_of_descriptors(reason) ? no_descriptor_error("").remedy
                                                       : "Check the path, and the permissions of the file.");
}

/// As files of /proc and /sys, which are made while they are read.
Error has_no_size(const std::string& path) {
  return file_error(path, "has another size than its file system says",
                    "Copy it and send the copy, or give Body::from_function.");
}

bool same(const timespec& a, const timespec& b) noexcept { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

class FileInput final : public BodyInput {
 public:
  FileInput(FileDescriptor file, std::string path, const struct stat& facts) noexcept
      : file_(std::move(file)), path_(std::move(path)), facts_(facts), left_(*size()) {}

  /// The last bytes are given only when the file is still the one whose size was announced: what is sent is all of it,
  /// or not a whole body.
  Result<std::size_t> read(char* buffer, std::size_t capacity) override {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, left_));
    if (most == 0) return most;
    const ssize_t count = file_.read(buffer, most);
    if (count < 0) return unreadable(path_);
    left_ -= static_cast<std::uint64_t>(count);
    if ((count == 0 || left_ == 0) && changed()) {
      return file_error(path_, "changed while it was sent", "Send it again when nothing writes to it any more.");
    }
    if (count == 0) return has_no_size(path_);
    return static_cast<std::size_t>(count);
  }

  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override {
    return static_cast<std::uint64_t>(facts_.st_size);
  }

 private:
  /// The time of the last change of any kind, because a writer can set that of the content back. It also changes when
  /// another file takes the name of this one, which is still whole: then there is a link less.
  [[nodiscard]] bool changed() const noexcept {
    struct stat now {};
    return ::fstat(file_.get(), &now) != 0 || now.st_size != facts_.st_size || !same(now.st_mtim, facts_.st_mtim) ||
           (!same(now.st_ctim, facts_.st_ctim) && now.st_nlink == facts_.st_nlink);
  }

  FileDescriptor file_;
  const std::string path_;
  const struct stat facts_;
  std::uint64_t left_;
};

class FileOrigin final : public BodyOrigin {
 public:
  explicit FileOrigin(std::string path) : path_(std::move(path)) {}

  Result<std::unique_ptr<BodyInput>> open() const override {
    auto input = open_file();
    if (!input) input.error().never_sent = true;
    return input;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override {
    struct stat facts {};
    if (::stat(path_.c_str(), &facts) != 0) return std::nullopt;
    return static_cast<std::uint64_t>(facts.st_size);
  }
  [[nodiscard]] bool repeatable() const noexcept override { return true; }
  [[nodiscard]] bool spent() const noexcept override { return false; }

 private:
  [[nodiscard]] Result<std::unique_ptr<BodyInput>> open_file() const {
    // A pipe nobody writes to would be waited for; what it is can be asked only when it is open.
    FileDescriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat facts {};
    if (!file.is_open() || ::fstat(file.get(), &facts) != 0) return unreadable(path_);
    if (S_ISDIR(facts.st_mode)) return file_error(path_, "is a folder", "Name a file in it.");
    if (!S_ISREG(facts.st_mode)) {
      return file_error(path_, "is not a regular file", "Give Body::from_function, which can read anything.");
    }
    if (facts.st_size == 0) {
      char first = 0;
      const ssize_t count = file.read(&first, 1);
      if (count < 0) return unreadable(path_);
      if (count > 0) return has_no_size(path_);
    }
    return std::unique_ptr<BodyInput>(std::make_unique<FileInput>(std::move(file), path_, facts));
  }

  const std::string path_;
};

}  // namespace

Body Body::from_file(std::string path) {
  Body body;
  body.origin_ = std::make_shared<const FileOrigin>(std::move(path));
  return body;
}

}  // namespace easypost_connect
