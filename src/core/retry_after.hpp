// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include <easypost_connect/headers.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// How long the answer asks to wait from `now`: Retry-After (RFC 9110, section 10.2.3), else retry-after-ms or
/// x-ms-retry-after-ms of Azure. The longest of several; never negative, at most a day, rounded up to a second. Nothing
/// when there is no such field or none makes sense. X-RateLimit-Reset and its like are not read: with some servers they
/// are seconds, with others a date.
std::optional<std::chrono::seconds> retry_after(const Headers& headers, WallTime now);

/// The same for the value of a Retry-After: seconds, or a date in any of the three formats of section 5.6.7. Near
/// misses are taken where they can mean one thing only: "299.997", "+5", "120 s", lists, zones such as UTC and +0100,
/// ISO 8601.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, WallTime now);

}  // namespace easypost_connect::internal
