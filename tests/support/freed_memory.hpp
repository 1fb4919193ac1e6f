// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::test_support {

/// Looks for canaries in every block that goes back to the heap by operator delete, which the source beside this header
/// replaces. Canaries are kept reversed, so that the program's own constants are none. Blocks that C libraries free are
/// not seen.
class FreedMemory {
 public:
  enum Canary { kApiKey, kClientSecret, kPassphrase, kToken, kCount };

  /// Returns a secret of 37 characters, the same each time. The copy on the way to it is wiped.
  static Secret secret(Canary canary);

  /// Writes the canary at `to`, without a NUL.
  static void write(Canary canary, char* to) noexcept;
  static std::size_t size(Canary canary) noexcept;

  /// Returns how many blocks with the canary were freed so far.
  static int found(Canary canary) noexcept;
};

}  // namespace easypost_connect::test_support
