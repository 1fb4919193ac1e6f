// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace easypost_connect::test_support {

/// A name server that does not answer: as long as it lives, lookups of names that end in ".hangs.test" do not come
/// back, up to `longest` each. Its source replaces the program's getaddrinfo().
class HangingLookup {
 public:
  explicit HangingLookup(std::chrono::milliseconds longest);
  /// Returns when no lookup hangs any more.
  ~HangingLookup();
  HangingLookup(const HangingLookup&) = delete;
  HangingLookup& operator=(const HangingLookup&) = delete;

  /// Returns when one hangs.
  static void wait_for_one();
};

}  // namespace easypost_connect::test_support
