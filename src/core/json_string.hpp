// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// Appends `value` as a JSON string, quotes included (RFC 8259, section 7). What is not UTF-8 becomes U+FFFD, a byte
/// each: a reader of JSON refuses it otherwise (section 8.1).
void append_json_string(std::string& out, std::string_view value);

}  // namespace easypost_connect::internal
