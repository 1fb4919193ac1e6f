// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <easypost_connect/request.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// The address of a secret, taken apart: scheme://path?name=value&..#field, or scheme:path.
struct SecretReference {
  std::string scheme;  ///< has lower case
  std::string path;    ///< is decoded; what follows "//" has no '/' before it
  std::vector<QueryParameter> query;
  std::string field;  ///< the member of the secret's JSON object; empty: all of it
  std::string text;   ///< the reference without its field, for messages

  /// Returns the value of a parameter; empty when there is none.
  [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
  /// Is an Error when there is a parameter that is not among `known`.
  [[nodiscard]] Result<void> check_parameters(std::initializer_list<std::string_view> known) const;
};

/// Takes a reference apart. An Error does not quote what may be a secret that was put there by mistake.
Result<SecretReference> parse_reference(std::string_view text);

/// Tells an address of a secret from a path, a PEM text and a plain value: whether it begins with one of the schemes.
bool is_reference(std::string_view text) noexcept;

/// Makes the Error of a reference that cannot be read as it stands.
Error bad_reference(const SecretReference& reference, std::string problem, std::string remedy);

/// Puts what holds the reference at the begin of the message: a variable, or a member of CredentialReferences.
Error with_name(std::string_view holder, Error error);

}  // namespace easypost_connect::internal
