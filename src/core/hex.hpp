// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// Two lower-case digits for each byte.
std::string to_hex(std::string_view bytes);

/// The bytes behind a text of hexadecimal digits, in any case; a last digit without a second one is passed over.
Secret from_hex(std::string_view digits);

}  // namespace easypost_connect::internal
