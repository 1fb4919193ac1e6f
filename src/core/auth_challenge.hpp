// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/headers.hpp>

namespace easypost_connect::internal {

struct AuthParameter {
  std::string name;
  std::string value;  ///< without quotes and escapes
};

/// One challenge of a server or a proxy (RFC 9110, section 11.6.1): a scheme, and what it adds as parameters. A
/// token68, such as Negotiate has it, is not kept.
struct AuthChallenge {
  std::string scheme;  ///< empty: the parameters came without one
  std::string words;   ///< the scheme and the short words behind it, which some gateways write: "API Key", "Mutual SSL"
  std::vector<AuthParameter> parameters;

  [[nodiscard]] bool is(std::string_view name) const noexcept;  ///< its scheme, in any case
  /// The value of the first parameter of that name, in any case; empty when there is none.
  [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
};

/// The challenges of every field called `name` ("www-authenticate", "proxy-authenticate"), in their order.
///
/// A field may hold several, and a comma separates challenges as well as parameters. Servers get this wrong in many
/// ways, so it is read as people would: blanks or semicolons for commas, single quotes, values without quotes, a quote
/// that never ends. At most 32 challenges of 32 parameters, from the first 8 KiB of each field.
std::vector<AuthChallenge> auth_challenges(const Headers& headers, std::string_view name);

}  // namespace easypost_connect::internal
