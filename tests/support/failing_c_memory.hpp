// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace easypost_connect::test_support {

/// Does what FailingMemory does for malloc(), calloc() and realloc() of whoever does not call them by way of `new`:
/// libcurl, OpenSSL and the C library, on any thread. Its source replaces the program's malloc, so it cannot be used
/// below a sanitizer.
class FailingCMemory {
 public:
  explicit FailingCMemory(long nth) noexcept;
  ~FailingCMemory();
  FailingCMemory(const FailingCMemory&) = delete;
  FailingCMemory& operator=(const FailingCMemory&) = delete;

  [[nodiscard]] static bool has_failed() noexcept;
};

}  // namespace easypost_connect::test_support
