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

/// A file that is written under a temporary name beside its own, until publish() gives it its own; removed if publish()
/// never does.
///
/// The file is made with O_EXCL and published by link(2) or rename(2): neither follows a symbolic link at the name.
class StagedFile {
 public:
  /// `option` is how an Error calls the file. Nobody but the owner may read it before `mode` is set, which comes first;
  /// without a mode it is what the umask allows.
  [[nodiscard]] static Result<StagedFile> create(std::string_view option, std::string path, std::optional<mode_t> mode);
  /// Makes the file, writes `content` and completes it.
  [[nodiscard]] static Result<StagedFile> write(std::string_view option, std::string path, std::string_view content,
                                                mode_t mode);
  ~StagedFile();
  StagedFile(StagedFile&& other) noexcept;
  StagedFile& operator=(StagedFile&&) = delete;

  [[nodiscard]] Result<void> append(std::string_view bytes);
  /// Brings the file onto the disk. Nothing may be added afterwards.
  [[nodiscard]] Result<void> complete();
  /// Gives the file its own name: with `replace` in place of what is there, without it only if nothing is there.
  [[nodiscard]] Result<void> publish(bool replace);
  /// Keeps what is there under another name until this object goes. Call it before publish().
  [[nodiscard]] Result<void> set_old_aside();
  /// Takes the file away again, if it was published, and brings back what was set aside for it.
  void withdraw() noexcept;
  /// Returns whether `path` is another spelling of the published file's own.
  [[nodiscard]] bool stands_at(const std::string& path) const noexcept;

 private:
  StagedFile(std::string_view option, std::string path) : option_(option), path_(std::move(path)) {}
  [[nodiscard]] Result<void> open(std::optional<mode_t> mode);
  [[nodiscard]] Error failure(std::string_view what) const;

  std::string option_;
  std::string path_;
  std::string staged_;  // empty: nothing lies there
  std::string old_;     // likewise; where the file that was there before has been set aside
  FileDescriptor file_;
};

}  // namespace easypost_connect::internal
