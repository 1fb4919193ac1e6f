// SPDX-License-Identifier: Apache-2.0
#include "auth/token_response.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "auth/other_answer.hpp"
#include "auth/token_complaint.hpp"
#include "auth/token_in_json.hpp"
#include "auth/token_refusal.hpp"
#include "core/ascii.hpp"
#include "core/json_document.hpp"
#include "core/make_error.hpp"
#include "core/retry_after.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

using Json = nlohmann::json;

/// An answer of a token endpoint, whose token cannot be used.
Error unusable(std::string message) {
  return make_error(ErrorCode::kTokenUnusable, Factor::kService,
                    "The token endpoint's answer is unusable: " + std::move(message) + '.',
                    "Report this to EasyPost: the OAuth client was accepted, and what it got is no use.");
}

/// Seconds, also when written as text (some servers do). Nothing when the field is missing or makes no sense.
std::optional<std::chrono::seconds> expires_in(const Json& json) {
  auto member = json.find("expires_in");
  if (member == json.end()) return std::nullopt;
  const JsonDocument in_text(member->is_string() ? trim(text_of(json, "expires_in")) : std::string_view());
  const Json& number = member->is_string() ? in_text.root() : *member;
  if (!number.is_number()) return std::nullopt;
  const double longest = static_cast<double>(kLongestTokenLife.count());
  return std::chrono::seconds(static_cast<std::int64_t>(std::clamp(number.get<double>(), -1.0, longest)));
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// "Bearer" in any case (RFC 6749, section 7.1), and as Apigee and Azure DevOps spell it, whose tokens are shown as
/// Bearer all the same.
bool is_bearer(std::string_view type) {
  constexpr std::string_view kSpellings[] = {"Bearer", "BearerToken", "jwt-bearer"};
  return std::any_of(std::begin(kSpellings), std::end(kSpellings),
                     [type](std::string_view spelling) { return equals_ignoring_case(type, spelling); });
}

Result<AccessToken> read_token(std::string_view token, const Json& json, const TokenAnswer& answer,
                               Moment requested_at) {
  if (!is_visible_ascii(token)) return unusable("the access_token has characters that no header can carry");
  const std::string_view type = trim(text_of(json, "token_type"));
  if (!type.empty() && !is_bearer(type)) {
    return unusable("token_type is \"" + answer.quotable(type) +
                    "\", and this client can show Bearer tokens only (RFC 6750)");
  }
  const auto life = expires_in(json).value_or(kUnknownTokenLife);
  if (life.count() <= 0) return unusable("expires_in says that the token has expired already");
  return AccessToken(token, requested_at, life);
}

/// `token` was taken out of the answer.
Result<AccessToken> parse(const Secret& token, const TokenAnswer& answer, Moment requested_at) {
  const JsonDocument document(answer.response.body);
  const Json& json = document.root();
  const bool has_token = json.is_object() && answer.is_success() && !token.empty();
  if (has_token && text_of(json, "error").empty()) return read_token(token.expose(), json, answer, requested_at);
  const TokenComplaint complaint(json, answer);
  if (auto refused = token_refusal(answer, complaint)) return *std::move(refused);
  return other_answer(answer, json, complaint);
}

}  // namespace

Result<AccessToken> parse_token_response(Response response, Moment requested_at, const OAuthClient& client,
                                         std::string_view token_url, const Secrets& secrets) {
  const WipeOnExit wipe_answer(response.body);
  const Secret in_answer = take_token(response.body);
  TokenAnswer answer{response, client, token_url, secrets};
  answer.secrets.add(in_answer);
  auto token = parse(in_answer, answer, requested_at);
  if (token) return token;
  token.error().seen.http_status = response.status;
  token.error().retry_after = retry_after(response.headers, requested_at.wall);
  return token;
}

}  // namespace easypost_connect::internal
