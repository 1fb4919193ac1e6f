// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <httplib.h>

#include "sandbox/served_stream.hpp"

namespace easypost_connect::sandbox {

/// A request that a server refuses whatever it asks for.
struct BrokenRequest {
  int status;
  std::string reason;  // words for people
};

/// Finds what RFC 9110 and RFC 9112 have a server refuse and httplib lets through. Call it before the body is read.
/// Several Authorization headers are not among it: OAuth has an answer of its own for them.
std::optional<BrokenRequest> find_fault(const httplib::Request& request);

/// Tells whether a body follows. RFC 9112, section 6.3: it is empty when neither Content-Length nor Transfer-Encoding
/// announces it, whatever the method. httplib would read such a POST until the client hangs up.
bool announces_body(const httplib::Request& request);

/// Tells whether the client asks for the end of the connection after this answer (RFC 9112, section 9.6).
bool asks_for_close(const httplib::Request& request);

/// Tells whether the answer announces that end (RFC 9112, section 9.6).
bool says_close(const httplib::Response& response);

/// The path, also when the target is a whole URL, which a server must accept (RFC 9112, section 3.2.2).
std::string path_of(const httplib::Request& request);

/// Returns what follows the name of that scheme in the value of an Authorization header; none when the scheme is
/// another one. The case of the name does not matter (RFC 9110, section 11.1), nor does the number of blanks behind it.
std::optional<std::string_view> credentials_of(std::string_view authorization, std::string_view scheme);

/// Says what to answer to a request that httplib could not read; `status` is its own answer, which is 400 for most
/// reasons, and `last` the line behind which it stopped.
BrokenRequest fault_of_unreadable(const httplib::Request& request, int status, const LastLine& last);

/// Tells whether both are the same but for the case of letters: names of media types, schemes and codings.
bool same_name(std::string_view a, std::string_view b) noexcept;

}  // namespace easypost_connect::sandbox
