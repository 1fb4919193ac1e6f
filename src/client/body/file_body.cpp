// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "body/body.hpp"
#include "core/file_descriptor.hpp"
#include "core/make_error.hpp"
#include "core/staged_file.hpp"

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

/// Makes the Error about a file without a size of its own, as in /proc and /sys, where files are made while they are
/// read.
Error has_no_size(const std::string& path) {
  return file_error(path, "has another size than its file system says",
                    "Copy it and send the copy, or give Body::from_function.");
}

bool same(const timespec& a, const timespec& b) noexcept { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

class FileInput final : public SourceReader {
 public:
  FileInput(FileDescriptor file, std::string path, const struct stat& facts) noexcept
      : file_(std::move(file)), path_(std::move(path)), facts_(facts), left_(*size()) {}

  /// Gives the last bytes only when the file is still the one whose size was announced: what is sent is all of it, or
  /// not a whole body.
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
  /// Looks at the time of the last change of any kind, because a writer can set back the time of the content. The time
  /// also changes when another file takes the name of this one, which is still whole: it has a link less then.
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

class FileOrigin final : public BodySource {
 public:
  explicit FileOrigin(std::string path) : path_(std::move(path)) {}

  Result<std::unique_ptr<SourceReader>> open() const override {
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
  [[nodiscard]] Result<std::unique_ptr<SourceReader>> open_file() const {
    // Opening would wait for a pipe that nobody writes to; what a file is can be asked only when it is open.
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
    return std::unique_ptr<SourceReader>(std::make_unique<FileInput>(std::move(file), path_, facts));
  }

  const std::string path_;
};

}  // namespace

Body Body::from_file(std::string path) {
  Body body;
  body.origin_ = std::make_shared<const FileOrigin>(std::move(path));
  return body;
}

namespace {

using namespace internal;

constexpr const char* kSink = "sink";
constexpr mode_t kPermissions = S_IRWXU | S_IRWXG | S_IRWXO;

Result<void> about_the_sink(Result<void> done) {
  if (!done) done.error().code = ErrorCode::kBodyIo;
  return done;
}

class StagedOutput final : public DrainWriter {
 public:
  explicit StagedOutput(StagedFile file) noexcept : file_(std::move(file)) {}

  Result<void> write(std::string_view bytes) override { return about_the_sink(file_.append(bytes)); }
  Result<void> finish() override {
    if (auto completed = file_.complete(); !completed) return about_the_sink(std::move(completed));
    return about_the_sink(file_.publish(/*replace=*/true));
  }

 private:
  StagedFile file_;
};

using Opened = Result<std::unique_ptr<DrainWriter>>;

Opened open_staged(std::string path, std::optional<mode_t> mode) {
  auto file = StagedFile::create(kSink, std::move(path), mode);
  if (!file) return about_the_sink(std::move(file).error()).error();
  return std::unique_ptr<DrainWriter>(std::make_unique<StagedOutput>(*std::move(file)));
}

Error unfit(const std::string& path, const char* what, std::string remedy) {
  return make_error(ErrorCode::kBodyIo, Factor::kRequest, std::string(kSink) + ": " + path + ' ' + what + '.',
                    std::move(remedy));
}

/// Returns the name behind all symbolic links at the end of `path`, whether anything has it or not; empty when the
/// links lead in a circle.
std::string end_of_links(const std::string& path) {
  constexpr int kMostLinks = 40;  // Linux follows as many
  std::filesystem::path end = path;
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code no_link;
    const auto next = std::filesystem::read_symlink(end, no_link);
    if (no_link) return end.string();
    end = end.parent_path() / next;
  }
  return {};
}

class FileTarget final : public BodyDrain {
 public:
  explicit FileTarget(std::string path) : path_(std::move(path)) {}

  /// Makes or replaces what a symbolic link leads to; the link stays.
  Opened open() const override {
    struct stat facts {};
    const bool exists = ::stat(path_.c_str(), &facts) == 0;
    if (exists && !S_ISREG(facts.st_mode)) {
      return unfit(path_, "is not a regular file", "Give BodySink::to_function, which can write to anything.");
    }
    std::string end = end_of_links(path_);
    if (end.empty()) return unfit(path_, "is a symbolic link that leads to itself", "Name a file.");
    return open_staged(std::move(end), exists ? std::optional(facts.st_mode & kPermissions) : std::nullopt);
  }
  [[nodiscard]] bool spent() const noexcept override { return false; }  // each attempt begins a file of its own

 private:
  const std::string path_;
};

}  // namespace

BodySink BodySink::to_file(std::string path) {
  BodySink sink;
  sink.target_ = std::make_shared<const FileTarget>(std::move(path));
  return sink;
}

}  // namespace easypost_connect
