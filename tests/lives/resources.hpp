// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace easypost_connect::lives {

/// What this process holds.
struct Resources {
  long threads = 0;
  long descriptors = 0;
  long blocks = 0;  ///< from operator new

  [[nodiscard]] static Resources now();
  [[nodiscard]] std::string describe() const;
  /// No more than that of anything.
  [[nodiscard]] bool within(const Resources& other) const noexcept;
};

/// Blocks that nothing points to any more, told by the leak sanitizer, end the process. Does nothing without it.
void look_for_leaks();

}  // namespace easypost_connect::lives
