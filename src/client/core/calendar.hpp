// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>

namespace easypost_connect::internal {

/// Returns the date and the time of day, in UTC.
[[nodiscard]] std::tm utc_of(std::time_t seconds) noexcept;

/// Returns the seconds since 1970 of a date and a time of day in UTC. The day of the week is not looked at.
[[nodiscard]] std::time_t seconds_of(std::tm utc) noexcept;

}  // namespace easypost_connect::internal
