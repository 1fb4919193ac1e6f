// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <openssl/x509.h>

#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "core/openssl_handles.hpp"

namespace easypost_connect::internal {

/// Returns nothing when `time` says no time (RFC 5280, section 4.1.2.5). A time before the year 1900, or beyond the
/// clock's end in the year 2262, becomes that limit.
std::optional<WallTime> to_wall_time(const ASN1_TIME* time);

/// Writes a time as "2026-11-23 09:00:00 UTC".
std::string to_text(const ASN1_TIME* time);

/// Compare the end and the begin of a certificate's validity with `now`. An unreadable time is neither over nor yet to
/// come.
bool is_over(const X509* certificate, WallTime now);
bool is_yet_to_come(const X509* certificate, WallTime now);

/// Writes a name as RFC 4514 does: "CN=my-company,O=My Company". Letters beyond ASCII stay letters; what could control
/// a terminal is escaped.
std::string to_text(const X509_NAME* name);

/// Something that works, but is not as it should be.
struct CredentialWarning {
  std::string message;
  std::string remedy;
};

/// Finds what makes every server refuse the client's own certificate: its time, its purpose, a curve without a name.
Result<void> check_leaf(X509* leaf, WallTime now);

/// Checks only the purpose: extended key usage, key usage, Netscape's certificate type.
Result<void> check_purpose(X509* leaf);

/// Warns of what makes some servers refuse a chain, the client's own certificate first. That one above it is outside
/// its time is no Error, because a server may have a renewed one, which it prefers.
void doubt_chain(const std::vector<CertificatePtr>& chain, WallTime now, std::vector<CredentialWarning>& warnings);

}  // namespace easypost_connect::internal
