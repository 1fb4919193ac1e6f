// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <cstdlib>
#include <string>
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

struct Freed {
  void operator()(char* text) const noexcept { std::free(text); }
};

class FileTarget final : public BodyTarget {
 public:
  explicit FileTarget(std::string path) : path_(std::move(path)) {}

  /// A symbolic link stays one: what it leads to is replaced.
  Opened open() const override {
    const std::unique_ptr<char, Freed> real(::realpath(path_.c_str(), nullptr));
    if (!real) return open_staged(path_, std::nullopt);
    const std::string path = real.get();
    struct stat facts {};
    const bool replaceable = ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
    if (replaceable) return open_staged(path, facts.st_mode & kPermissions);
    return make_error(ErrorCode::kBodyIo, Factor::kRequest,
                      std::string(kSink) + ": " + path + " is not a regular file.",
                      "Give BodySink::to_function, which can write to anything.");
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
