// SPDX-License-Identifier: Apache-2.0
// The C++ library of C++17 knows no UTC: these functions are POSIX's, or common to all its systems.
#include "core/calendar.hpp"

namespace easypost_connect::internal {

std::tm utc_of(std::time_t seconds) noexcept {
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return utc;
}

std::time_t seconds_of(std::tm utc) noexcept { return ::timegm(&utc); }

}  // namespace easypost_connect::internal
