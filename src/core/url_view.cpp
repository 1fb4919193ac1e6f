// SPDX-License-Identifier: Apache-2.0
#include "core/url_view.hpp"

#include <algorithm>

namespace easypost_connect::internal {

UrlView::UrlView(std::string_view url) noexcept {
  url.remove_prefix(std::min(url.size(), std::string_view("https://").size()));
  authority = url.substr(0, url.find_first_of("/?"));
  const auto colon = authority.find(':', authority.substr(0, 1) == "[" ? authority.find(']') : 0);
  host = authority.substr(0, colon);
  if (colon != std::string_view::npos && authority.substr(colon) == ":443") authority = host;
  url = url.substr(0, url.find('?'));
  const auto slash = url.find('/');
  path = slash == std::string_view::npos ? "/" : url.substr(slash);
}

}  // namespace easypost_connect::internal
