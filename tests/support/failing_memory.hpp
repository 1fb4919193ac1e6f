// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace easypost_connect::test_support {

/// Makes one `new` of this program fail. As long as this object lives, the `nth` (counted from 1; 0 means none) throws
/// std::bad_alloc, and no other does. Its source replaces the program's operator new.
class FailingMemory {
 public:
  enum class Thread { kThis, kAnyOther };

  FailingMemory(Thread thread, long nth) noexcept;
  ~FailingMemory();
  FailingMemory(const FailingMemory&) = delete;
  FailingMemory& operator=(const FailingMemory&) = delete;

  [[nodiscard]] static bool has_failed() noexcept;
  /// Returns how many bytes the whole program has made with new, and not deleted.
  [[nodiscard]] static long in_use() noexcept;
  /// Tells whether this thread is inside `new`.
  [[nodiscard]] static bool is_in_new() noexcept;
};

/// Lets nothing fail on this thread as long as this object lives, for functions of a test that a client calls.
class SparedMemory {
 public:
  SparedMemory() noexcept;
  ~SparedMemory();
  SparedMemory(const SparedMemory&) = delete;
  SparedMemory& operator=(const SparedMemory&) = delete;
};

}  // namespace easypost_connect::test_support
