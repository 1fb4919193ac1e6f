// SPDX-License-Identifier: Apache-2.0
#include "auth/token_complaint.hpp"

#include <algorithm>

#include "core/auth_challenge.hpp"

namespace easypost_connect::internal {
namespace {

using Json = nlohmann::json;

// Beside RFC 6749: Apigee (ErrorCode, Error; fault), Okta (errorCode, errorSummary), Google and Microsoft Graph (an
// object `error`), Ping (code), AWS API Gateway, NestJS and Spring (message).
constexpr const char* kCodes[] = {"error", "ErrorCode", "errorCode", "error_code", "code", "status"};
constexpr const char* kDescriptions[] = {"error_description", "errorSummary", "errorMessage", "faultstring",
                                         "message",           "Error",        "detail",       "title"};

template <std::size_t kSize>
std::string_view first_text(const Json& json, const char* const (&names)[kSize]) {
  for (const char* const name : names) {
    if (const auto text = text_of(json, name); !text.empty()) return text;
  }
  return {};
}

/// Where the members are that say what is wrong: an object inside, if there is one for that.
const Json& details_of(const Json& json) {
  for (const char* const name : {"error", "fault", "errors"}) {
    const auto member = json.is_object() ? json.find(name) : json.end();
    if (member == json.end() || member->empty()) continue;
    const Json& details = member->is_array() ? member->front() : *member;
    if (details.is_object()) return details;
  }
  return json;
}

std::string_view code_of(const Json& details) {
  const auto detail = details.is_object() ? details.find("detail") : details.end();  // of a fault of Apigee
  const auto code = detail != details.end() ? text_of(*detail, "errorcode") : std::string_view();
  return code.empty() ? first_text(details, kCodes) : code;
}

}  // namespace

std::string_view text_of(const Json& json, const char* name) {
  const auto member = json.is_object() ? json.find(name) : json.end();
  if (member == json.end() || !member->is_string()) return {};
  return member->get_ref<const std::string&>();
}

bool TokenAnswer::asks_for_a_token() const {
  const auto challenges = auth_challenges(response.headers, "www-authenticate");
  return response.status == 401 &&
         std::any_of(challenges.begin(), challenges.end(), [](const auto& one) { return one.is("Bearer"); });
}

TokenComplaint::TokenComplaint(const Json& json, const TokenAnswer& answer) {
  const Json& details = details_of(json);
  code = answer.quotable(code_of(details));
  description = answer.quotable(first_text(details, kDescriptions));
  in_words = code.empty();
  if (in_words) std::swap(code, description);
}

bool TokenComplaint::has_oauth_code() const noexcept {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return code.find_first_not_of("0123456789") != std::string::npos && std::all_of(code.begin(), code.end(), fits);
}

std::string TokenComplaint::quoted() const { return description.empty() ? code : code + " (" + description + ')'; }

}  // namespace easypost_connect::internal
