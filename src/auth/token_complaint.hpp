// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "auth/token_answer.hpp"

namespace easypost_connect::internal {

/// What a JSON answer without a token says is wrong. RFC 6749, section 5.2, has `error` and `error_description`; other
/// names are those that API gateways and identity providers use instead. Both as they may stand in a message.
struct TokenComplaint {
  std::string code;
  std::string description;
  bool in_words = false;  ///< there was no code, so that `code` is the description

  TokenComplaint() = default;
  TokenComplaint(const nlohmann::json& json, const TokenAnswer& answer);

  /// `code` looks like an error of OAuth, such as "invalid_client", and not like the words for a status.
  [[nodiscard]] bool has_oauth_code() const noexcept;
  /// `code` is one of RFC 6750 that no token endpoint has.
  [[nodiscard]] bool is_of_an_api() const noexcept { return code == "invalid_token" || code == "insufficient_scope"; }
  /// Code and description, as a sentence can end with them; empty without either.
  [[nodiscard]] std::string quoted() const;
};

/// The text of a member; empty when it is missing or no string.
[[nodiscard]] std::string_view text_of(const nlohmann::json& json, const char* name);

}  // namespace easypost_connect::internal
