// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace easypost_connect::internal {

/// The parts of an https or http URL that has been checked before, as views into it. Of anything else they are empty.
struct UrlView {
  std::string_view host;       ///< with the brackets of an IPv6 address
  std::string_view authority;  ///< host, and the port unless it is the scheme's own
  std::string_view path;       ///< without the query; at least "/"
  std::string_view target;     ///< path and query as they stand in the URL: it may be empty, or begin with '?'

  explicit UrlView(std::string_view url) noexcept;
  UrlView() = default;
};

}  // namespace easypost_connect::internal
