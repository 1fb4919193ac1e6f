// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/error.hpp>
#include <easypost_connect/result.hpp>

#include "core/file_descriptor.hpp"

namespace easypost_connect::internal {

/// A file on its way: written under a temporary name beside its own, until publish() gives it that; removed if it never
/// comes to that.
///
/// Made with O_EXCL and published by link(2) or rename(2): neither follows a symbolic link at the name.
class StagedFile {
 public:
  /// `option` is how an Error calls the file. Nobody but the owner may read it before `mode` is set, which comes first;
  /// without a mode it is what the umask allows.
  [[nodiscard]] static Result<StagedFile> create(std::string_view option, std::string path, std::optional<mode_t> mode);
  /// Made, written and completed.
  [[nodiscard]] static Result<StagedFile> write(std::string_view option, std::string path, std::string_view content,
                                                mode_t mode);
  ~StagedFile();
  StagedFile(StagedFile&& other) noexcept;
  StagedFile& operator=(StagedFile&&) = delete;

  [[nodiscard]] std::optional<Error> append(std::string_view bytes);
  /// Nothing is to be added; it is on the disk.
  [[nodiscard]] std::optional<Error> complete();
  /// With `replace`, in the place of what is there; without, only if nothing is.
  [[nodiscard]] std::optional<Error> publish(bool replace);
  /// Before publish(): what is there is kept under another name until this object goes.
  [[nodiscard]] std::optional<Error> set_old_aside();
  /// Takes the file away again, if it was published, and brings back what was set aside for it.
  void withdraw() noexcept;
  /// Whether `path` is another spelling of the published file's own.
  [[nodiscard]] bool stands_at(const std::string& path) const noexcept;

 private:
  StagedFile(std::string_view option, std::string path) : option_(option), path_(std::move(path)) {}
  [[nodiscard]] std::optional<Error> open(std::optional<mode_t> mode);
  [[nodiscard]] Error failure(std::string_view what) const;

  std::string option_;
  std::string path_;
  std::string staged_;  // empty: nothing lies there
  std::string old_;     // likewise; where the file that was there before has been set aside
  FileDescriptor file_;
};

}  // namespace easypost_connect::internal
