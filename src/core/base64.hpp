// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// RFC 4648, section 4, with padding.
std::string base64_encode(std::string_view bytes);

}  // namespace easypost_connect::internal
