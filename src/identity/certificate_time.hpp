// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// nullopt: it says no time (RFC 5280, section 4.1.2.5). A time before the year 1900, or beyond the clock's end in
/// the year 2262, becomes that.
std::optional<WallTime> to_wall_time(const ASN1_TIME* time);

/// "2026-11-23 09:00:00 UTC"
std::string to_text(const ASN1_TIME* time);

/// An unreadable time is at no time.
bool is_over(const X509* certificate, WallTime now);
bool is_yet_to_come(const X509* certificate, WallTime now);

}  // namespace easypost_connect::internal
