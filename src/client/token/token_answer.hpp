// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/error.hpp>
#include <easypost_connect/response.hpp>

#include "core/make_error.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// A TokenAnswer knows what came back from a token endpoint, who had asked, and where: an Error can then say what to
/// change.
struct TokenAnswer {
  const Response& response;
  const OAuthClient& client;
  std::string_view token_url;
  Secrets secrets = {};  ///< the secrets of the client, and the token if the answer has one

  [[nodiscard]] bool is_success() const noexcept { return response.status >= 200 && response.status < 300; }

  /// Says whether the answer is 401 with a challenge of RFC 6750, which an API makes and no token endpoint.
  [[nodiscard]] bool asks_for_a_token() const;

  /// Returns what the other side says (RFC 6749, appendix A.7 and A.8) as it may stand in a message.
  [[nodiscard]] std::string quotable(std::string_view text) const { return secrets.quotable(text, 200); }
};

/// A TokenComplaint is what a JSON answer without a token says is wrong. RFC 6749, section 5.2, has `error` and
/// `error_description`; API gateways and identity providers use other names instead. Both texts are as they may stand
/// in a message.
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

/// The answer as a refusal of the OAuth client, its certificate or its request: by the errors of RFC 6749, section 5.2,
/// however they are spelt, and by the words of gateways about the certificate. Nothing: it is none.
[[nodiscard]] Diagnosis token_refusal(const TokenAnswer& answer, const TokenComplaint& complaint);

/// Explains an answer that is neither a token nor a refusal by a token endpoint, by its status and by what is in it:
/// most likely something else is at the token URL. `json` is discarded when the body is no JSON.
[[nodiscard]] Error other_answer(const TokenAnswer& answer, const nlohmann::json& json,
                                 const TokenComplaint& complaint);

}  // namespace easypost_connect::internal
