// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include <easypost_connect/headers.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// The Retry-After field (RFC 9110, section 10.2.3) as a time to wait from `now`: seconds, or a date in any of the
/// three formats of section 5.6.7. Never negative, at most a day; nothing when the field is missing or makes no sense.
std::optional<std::chrono::seconds> retry_after(const Headers& headers, WallTime now);

/// The same for the field's value.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, WallTime now);

}  // namespace easypost_connect::internal
