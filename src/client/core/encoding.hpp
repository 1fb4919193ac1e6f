// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <easypost_connect/secret.hpp>

namespace easypost_connect::internal {

/// Writes each byte as two lower-case digits.
std::string to_hex(std::string_view bytes);

/// Returns the bytes behind a text of hexadecimal digits, in any case; a last digit without a second one is passed
/// over.
Secret from_hex(std::string_view digits);

/// Encodes `bytes` by RFC 4648, section 4, with padding.
std::string base64_encode(std::string_view bytes);

/// Encodes `bytes` by RFC 4648, section 5, without padding, as RFC 7515 wants it.
std::string base64url_encode(std::string_view bytes);

/// Decodes a text of base64_encode(), and passes over blanks and line ends inside it. Returns nothing when `text` is no
/// such text.
std::optional<Secret> base64_decode(std::string_view text);

/// Decodes `text` if that gives a whole file of certificates and keys: PEM, DER, a Java key store, or base64 of one of
/// these.
std::optional<Secret> base64_decode_file(std::string_view text);

/// Appends `text` percent-encoded (RFC 3986, section 2.1): everything but unreserved characters becomes %XX. A blank
/// does too, so the result is also right in a query and in application/x-www-form-urlencoded, where '+' and "%20" both
/// mean a blank.
void append_percent_encoded(std::string& out, std::string_view text);

/// Appends one more `name=value`, with '&' before it if `out` is not empty.
void append_form_field(std::string& out, std::string_view name, std::string_view value);

}  // namespace easypost_connect::internal
