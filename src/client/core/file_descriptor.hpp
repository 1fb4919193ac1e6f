// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>

namespace easypost_connect::internal {

/// An open file that is closed with this object.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileDescriptor() { static_cast<void>(close()); }

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int get() const noexcept { return descriptor_; }

  /// Writes all of `bytes`. Returns false when the system refused; errno says why.
  [[nodiscard]] bool write(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  /// Reads up to `capacity` bytes. Returns 0 at the end, and a negative number when the system refused; errno says why.
  [[nodiscard]] ssize_t read(char* buffer, std::size_t capacity) noexcept {
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, buffer, capacity);
    } while (count < 0 && errno == EINTR);
    return count;
  }

  /// Closes the file. Returns false when what was written may be lost; errno says why.
  [[nodiscard]] bool close() noexcept {
    const int descriptor = std::exchange(descriptor_, -1);
    return descriptor < 0 || ::close(descriptor) == 0;
  }

 private:
  int descriptor_ = -1;
};

/// Returns whether `reason`, an errno, says that the process, or the machine, has as many files open as it may.
[[nodiscard]] inline bool is_for_want_of_descriptors(int reason) noexcept {
  return reason == EMFILE || reason == ENFILE;
}

}  // namespace easypost_connect::internal
