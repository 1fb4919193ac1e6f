// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/request.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// The parts of an https or http URL (RFC 3986) without user information and fragment, as views into its text. The text
/// has been checked before, as problem_of() does; the parts of any other text are of no use, and may be empty.
struct Url {
  std::string_view host;       ///< includes the brackets of an IPv6 address
  std::string_view port;       ///< the scheme's own, 443 or 80, when the URL names none
  std::string_view authority;  ///< host, and the port unless it is the scheme's own
  std::string_view path;       ///< the query is not part of it; "/" at least
  std::string_view target;     ///< path and query as they stand in the URL: it may be empty, or begin with '?'

  explicit Url(std::string_view text) noexcept;
  Url() = default;
};

/// Returns why `text` is not a URL to send a credential to, in a few words for a message; empty when it is one: https,
/// without user information and fragment.
std::string_view problem_of(std::string_view text) noexcept;

/// Returns the URL of one call: `path` below `api_url`, or an absolute `path` of the same origin, and the query. Any
/// path that could lead the credentials elsewhere is an Error.
Result<std::string> join_url(const std::string& api_url, std::string_view path,
                             const std::vector<QueryParameter>& query);

}  // namespace easypost_connect::internal
