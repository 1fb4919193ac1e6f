// SPDX-License-Identifier: Apache-2.0
#include "auth/token_response.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/ascii.hpp"
#include "core/certificate_complaint.hpp"
#include "core/make_error.hpp"
#include "core/redact.hpp"
#include "core/retry_after.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

using Json = nlohmann::json;

/// The text of a member, or nothing when it is missing or no string.
std::string_view text_of(const Json& json, const char* name) {
  const auto member = json.is_object() ? json.find(name) : json.end();
  if (member == json.end() || !member->is_string()) return {};
  return member->get_ref<const std::string&>();
}

/// What the token endpoint says of itself (RFC 6749, appendix A.7 and A.8), as it may stand in a message.
/// Printable first: what is dropped afterwards could put together a secret that was not seen.
std::string quotable(std::string_view text, const Secret& client_secret) {
  return printable(redacted(printable(text, text.size()), client_secret), 200);
}

Error unusable(const Response& response, std::string message) {
  Error error = make_error(
      ErrorCode::kTokenUnusable, Factor::kService, "The token endpoint's answer is unusable: " + message + ".",
      "Check that the token URL is the OAuth 2.0 token endpoint; if it is, report this to EasyPost.");
  error.seen.http_status = response.status;
  return error;
}

/// What to do about an OAuth error (RFC 6749, section 5.2). Servers do not agree about the codes: oidc-provider says
/// invalid_request of a grant that the client may not use (measured: 9.13), so its description is looked at too.
const char* remedy_for(const std::string& code, const std::string& description) {
  if (code == "invalid_client") {
    return "Check client id and client secret (EASYPOST_CONNECT_CLIENT_ID, _CLIENT_SECRET), and that both belong to "
           "this "
           "environment.";
  }
  if (code == "unauthorized_client" || code == "unsupported_grant_type" ||
      contains_ignoring_case(description, "grant type")) {
    return "Ask EasyPost to allow the client_credentials grant to this OAuth client.";
  }
  if (code == "invalid_scope") return "Ask for a scope this OAuth client has, or for none.";
  if (code == "invalid_request") {
    return "Try the other client authentication (client_secret_post or client_secret_basic), and check the scope.";
  }
  return "Ask EasyPost what the code means for this OAuth client.";
}

Error refused(const Response& response, const std::string& code, const std::string& description) {
  Error error = make_error(ErrorCode::kTokenRefused, Factor::kOAuthClient,
                           "The token endpoint refused the OAuth client: " + code, remedy_for(code, description));
  if (!description.empty()) error.message += " (" + description + ")";
  error.message += '.';
  if (code == "temporarily_unavailable" || code == "server_error") {
    error.factor = Factor::kService;
    error.retryable = true;
    error.remedy = "Try again later.";
  }
  error.seen.http_status = response.status;
  error.seen.oauth_error = code;
  return error;
}

/// A gateway in front of the token endpoint may ask for the client certificate too, and its JSON may well have an
/// `error` of its own; those of OAuth say what they are about.
std::optional<Error> refused_certificate(const Response& response, std::string_view oauth_error) {
  const auto is_code = [oauth_error](std::string_view prefix) { return oauth_error.rfind(prefix, 0) == 0; };
  if (is_code("invalid_") || is_code("unauthorized_") || is_code("unsupported_")) return std::nullopt;
  const auto complaint = certificate_complaint(response.status, answer_fields(response.body));
  if (!complaint) return std::nullopt;
  Error error = make_error(ErrorCode::kTokenRefused, Factor::kClientCertificate,
                           "The gateway of the token endpoint refused the client certificate: " + *complaint + ".",
                           "Set oauth_client.present_client_certificate if it is not set; if it is, check that the "
                           "certificate was issued by the Portal of this environment and is not revoked.");
  error.seen.http_status = response.status;
  return error;
}

/// A status without an OAuth error: something else answered in place of the token endpoint, or it is unwell.
Error unexpected_status(const Response& response) {
  Error error = unusable(response, "HTTP status " + std::to_string(response.status) + " without an OAuth error");
  const bool overloaded = response.status == 429 || response.status >= 500;
  error.retryable = overloaded;
  if (overloaded) error.remedy = "Try again later; the token endpoint is unavailable or limits the rate of requests.";
  if (response.status == 401 || response.status == 403) {
    error.code = ErrorCode::kTokenRefused;
    error.factor = Factor::kOAuthClient;
    error.remedy = "Check client id and client secret (EASYPOST_CONNECT_CLIENT_ID, _CLIENT_SECRET), and the token URL.";
  }
  return error;
}

/// Seconds, also when written as a string (some servers do). Nothing when the field is missing or makes no sense.
std::optional<std::chrono::seconds> expires_in(const Json& json) {
  const auto member = json.find("expires_in");
  if (member == json.end()) return std::nullopt;
  const auto bounded = [](double seconds) {
    const double longest = static_cast<double>(kLongestTokenLife.count());
    return std::chrono::seconds(static_cast<std::int64_t>(std::clamp(seconds, -1.0, longest)));
  };
  if (member->is_number()) return bounded(member->get<double>());
  if (!member->is_string()) return std::nullopt;
  const auto& text = member->get_ref<const std::string&>();
  std::int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return bounded(static_cast<double>(seconds));
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void wipe_token(Json& json) {
  const auto member = json.is_object() ? json.find("access_token") : json.end();
  if (member != json.end() && member->is_string()) wipe(member->get_ref<std::string&>());
}

Result<AccessToken> read_token(const Json& json, const Response& response, Moment requested_at,
                               const Secret& client_secret) {
  const std::string_view token = text_of(json, "access_token");
  if (token.empty()) return unusable(response, "no access_token");
  if (!is_visible_ascii(token)) return unusable(response, "the access_token has characters that no header can carry");
  const std::string_view type = text_of(json, "token_type");
  if (!type.empty() && !equals_ignoring_case(type, "Bearer")) {
    return unusable(response, "token_type is \"" + quotable(type, client_secret) + "\", not Bearer");
  }
  const auto life = expires_in(json).value_or(kUnknownTokenLife);
  if (life.count() <= 0) return unusable(response, "expires_in says that the token has expired already");
  return AccessToken(token, requested_at, life);
}

Result<AccessToken> parse(const Response& response, Moment requested_at, const Secret& client_secret) {
  Json json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  const auto quoted = [&](const char* name) { return quotable(text_of(json, name), client_secret); };
  const std::string oauth_error = quoted("error");
  if (auto error = refused_certificate(response, oauth_error)) return *std::move(error);
  if (!oauth_error.empty()) return refused(response, oauth_error, quoted("error_description"));
  if (response.status != 200) return unexpected_status(response);
  if (json.is_discarded() || !json.is_object()) return unusable(response, "it is not a JSON object");
  auto token = read_token(json, response, requested_at, client_secret);
  wipe_token(json);
  return token;
}

}  // namespace

Result<AccessToken> parse_token_response(const Response& response, Moment requested_at, const Secret& client_secret) {
  auto token = parse(response, requested_at, client_secret);
  if (!token) token.error().retry_after = retry_after(response.headers, requested_at.wall);
  return token;
}

}  // namespace easypost_connect::internal
