// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// RFC 4648, section 4, with padding.
std::string base64_encode(std::string_view bytes);

/// The bytes behind such a text; blanks and line ends inside it are passed over. Nothing when it is no such text.
std::optional<Secret> base64_decode(std::string_view text);

/// The same, if what is behind it is a whole file of certificates and keys: PEM, DER, a Java key store, or base64 of
/// one of these.
std::optional<Secret> base64_decode_file(std::string_view text);

}  // namespace easypost_connect::internal
