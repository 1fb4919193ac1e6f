// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::internal {

/// Two lower-case digits for each byte.
std::string to_hex(std::string_view bytes);

}  // namespace easypost_connect::internal
