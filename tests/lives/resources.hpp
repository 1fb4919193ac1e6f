// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace easypost_connect::lives {

/// Counts what this process holds.
struct Resources {
  long threads = 0;
  long descriptors = 0;
  long blocks = 0;  ///< memory of operator new

  [[nodiscard]] static Resources now();
  [[nodiscard]] std::string describe() const;
  /// Tells whether no count is larger than that of `other`.
  [[nodiscard]] bool within(const Resources& other) const noexcept;
};

/// Blocks that nothing points to any more, told by the leak sanitizer, end the process. Does nothing without it.
void look_for_leaks();

}  // namespace easypost_connect::lives
