// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "core/body_target.hpp"
#include "core/make_error.hpp"
#include "core/staged_file.hpp"

namespace easypost_connect {
namespace {

using namespace internal;

constexpr const char* kSink = "sink";
constexpr mode_t kPermissions = S_IRWXU | S_IRWXG | S_IRWXO;

std::optional<Error> about_the_sink(std::optional<Error> error) {
  if (error) error->code = ErrorCode::kBodyIo;
  return error;
}

class StagedOutput final : public BodyOutput {
 public:
  explicit StagedOutput(StagedFile file) noexcept : file_(std::move(file)) {}

  std::optional<Error> write(std::string_view bytes) override { return about_the_sink(file_.append(bytes)); }
  std::optional<Error> finish() override {
    if (auto error = file_.complete()) return about_the_sink(std::move(error));
    return about_the_sink(file_.publish(/*replace=*/true));
  }

 private:
  StagedFile file_;
};

using Opened = Result<std::unique_ptr<BodyOutput>>;

Opened open_staged(std::string path, std::optional<mode_t> mode) {
  auto file = StagedFile::create(kSink, std::move(path), mode);
  if (!file) return *about_the_sink(std::move(file).error());
  return std::unique_ptr<BodyOutput>(std::make_unique<StagedOutput>(*std::move(file)));
}

Error unfit(const std::string& path, const char* what, std::string remedy) {
  return make_error(ErrorCode::kBodyIo, Factor::kRequest, std::string(kSink) + ": " + path + ' ' + what + '.',
                    std::move(remedy));
}

/// The name behind all symbolic links at the end of `path`, whether anything has it or not. Empty: they lead in a
/// circle.
std::string end_of_links(const std::string& path) {
  constexpr int kMostLinks = 40;  // as Linux follows
  std::filesystem::path end = path;
  for (int i = 0; i < kMostLinks; ++i) {
    std::error_code no_link;
    const auto next = std::filesystem::read_symlink(end, no_link);
    if (no_link) return end.string();
    end = end.parent_path() / next;
  }
  return {};
}

class FileTarget final : public BodyTarget {
 public:
  explicit FileTarget(std::string path) : path_(std::move(path)) {}

  /// A symbolic link stays one: what it leads to is made or replaced.
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
