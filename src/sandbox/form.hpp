// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace easypost_connect::sandbox {

/// Undoes application/x-www-form-urlencoded for one name or value;
/// none when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> decode_form_value(std::string_view text);

/// The parameters of a form body; one without a value counts as omitted (RFC 6749, section 3.2). Read here and not by
/// httplib, which mixes them with those of the query and hides repetitions.
class Form {
 public:
  /// Returns nothing when the text is not application/x-www-form-urlencoded.
  static std::optional<Form> parse(std::string_view body);

  /// The value of that parameter; empty when there is none.
  [[nodiscard]] std::string get(std::string_view name) const;
  /// Tells whether some parameter is there more than once, which RFC 6749, section 3.2 forbids.
  [[nodiscard]] bool repeats() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// An OAuth client that proves itself in an Authorization: Basic header.
struct BasicCredentials {
  std::string id;
  std::string secret;
};

/// Reads the value of an Authorization header as RFC 6749, section 2.3.1 writes it: id and secret form-encoded, then
/// Base64. None when it is something else.
std::optional<BasicCredentials> parse_basic(std::string_view authorization);

}  // namespace easypost_connect::sandbox
