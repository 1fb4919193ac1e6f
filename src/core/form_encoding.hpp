// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// RFC 3986, section 2.1: everything but unreserved characters becomes %XX. Blank included, so the result is also right
/// in a query and in application/x-www-form-urlencoded, where '+' and "%20" both mean a blank.
void append_percent_encoded(std::string& out, std::string_view text);

/// One more `name=value`, with '&' before it if `out` is not empty.
void append_form_field(std::string& out, std::string_view name, std::string_view value);

}  // namespace easypost_connect::internal
