// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/request.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// The parts of an https URL (RFC 3986) as views into its text. No user information, no fragment.
struct HttpsUrl {
  std::string_view host;
  std::string_view port;    // "443" when the URL names none
  std::string_view target;  // path and query; may be empty

  /// Nothing when `text` is not such a URL; problem_of() says why.
  [[nodiscard]] static std::optional<HttpsUrl> parse(std::string_view text) noexcept;

  /// Scheme, host and port: what credentials are given to.
  [[nodiscard]] bool same_origin(const HttpsUrl& other) const noexcept;
};

/// Why `text` is not a URL to send a credential to, in a few words for a message; empty when it is one.
std::string_view problem_of(std::string_view text) noexcept;

/// The URL of one call: `path` below `api_url`, or an absolute `path` of the same origin, and the query. Any path that
/// could lead the credentials elsewhere is an Error.
Result<std::string> join_url(const std::string& api_url, std::string_view path,
                             const std::vector<QueryParameter>& query);

}  // namespace easypost_connect::internal
