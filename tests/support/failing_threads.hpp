// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace easypost_connect::test_support {

/// Lets the system give this program no more threads than `left`, as long as it lives. Its source replaces the
/// program's pthread_create().
class FewThreads {
 public:
  explicit FewThreads(long left) noexcept;
  ~FewThreads();
  FewThreads(const FewThreads&) = delete;
  FewThreads& operator=(const FewThreads&) = delete;

  [[nodiscard]] static bool were_too_few() noexcept;
};

}  // namespace easypost_connect::test_support
