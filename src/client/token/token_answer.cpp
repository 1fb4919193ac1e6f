// SPDX-License-Identifier: Apache-2.0
#include "token/token_answer.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "core/answer_fields.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

using Json = nlohmann::json;

// Some servers have other names than RFC 6749: Apigee (ErrorCode, Error; fault), Okta (errorCode, errorSummary), Google
// and Microsoft Graph (an object `error`), Ping (code), AWS API Gateway, NestJS and Spring (message).
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
  const auto detail = details.is_object() ? details.find("detail") : details.end();  // a fault of Apigee has one
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

// --- token_refusal()

namespace {

enum class Kind { kInvalidClient, kUnauthorizedClient, kAccessDenied, kGrantType, kScope, kRequest, kTrouble, kOther };

struct Spelling {
  std::string_view code;  // the code without what writers put between its words
  Kind kind;
};

// "INVALID_CLIENT", "Invalid client", "oauth.v2.InvalidClientIdentifier": what counts are the letters.
constexpr Spelling kSpellings[] = {
    {"invalidclient", Kind::kInvalidClient},
    {"unauthorizedclient", Kind::kUnauthorizedClient},
    {"accessdenied", Kind::kAccessDenied},
    {"unsupportedgranttype", Kind::kGrantType},
    {"invalidscope", Kind::kScope},
    {"invalidrequest", Kind::kRequest},
    {"temporarilyunavailable", Kind::kTrouble},
    {"servererror", Kind::kTrouble},
    {"slowdown", Kind::kTrouble},
};

std::optional<Kind> known_kind(const TokenComplaint& complaint) {
  if (complaint.in_words && !complaint.has_oauth_code()) return std::nullopt;
  std::string letters;
  for (const char c : complaint.code) {
    if (c != '_' && c != '-' && c != ' ' && c != '.') letters += c;
  }
  if (letters.rfind("oauthv2", 0) == 0) letters.erase(0, 7);
  for (const auto& [spelling, kind] : kSpellings) {
    if (equals_ignoring_case(letters.substr(0, spelling.size()), spelling)) return kind;
  }
  return std::nullopt;
}

constexpr const char* kAskForTheGrant = "Ask EasyPost to allow the client_credentials grant to this OAuth client.";
constexpr const char* kCheckTheSecret =
    "Check client id and client secret (EASYPOST_CONNECT_CLIENT_ID, _CLIENT_SECRET), and that both belong to this "
    "environment";

std::string other_authentication(const OAuthClient& client) {
  return client.authentication == ClientAuthentication::kSecretPost ? "client_secret_basic" : "client_secret_post";
}

std::string remedy_for_invalid_client(const TokenAnswer& answer, const std::string& description) {
  if (contains_ignoring_case(description, "expired")) return "Get a new client secret: this one has expired.";
  if (contains_ignoring_case(description, "method")) {
    return "Set oauth_client.authentication to " + other_authentication(answer.client) + '.';
  }
  std::string remedy = kCheckTheSecret + ("; some servers say the same until they get " +
                                          other_authentication(answer.client) + " (oauth_client.authentication)");
  if (!answer.client.present_client_certificate) {
    remedy += " or see the certificate of a client that is bound to one (oauth_client.present_client_certificate)";
  }
  return remedy + '.';
}

/// RFC 6749 has this code for a grant that the client may not use. Keycloak uses it for a wrong secret (401), Microsoft
/// for an unknown id (400).
std::string remedy_for_unauthorized_client(const TokenAnswer& answer, const std::string& description) {
  for (const char* const word : {"grant", "service account"}) {
    if (contains_ignoring_case(description, word)) return kAskForTheGrant;
  }
  const std::string ask = "ask EasyPost to allow the client_credentials grant to this OAuth client.";
  if (answer.response.status == 401) return kCheckTheSecret + ("; if they are right, " + ask);
  return "Check the client id (EASYPOST_CONNECT_CLIENT_ID) and its environment; if they are right, " + ask;
}

/// Servers do not agree about the codes: oidc-provider says invalid_request of a grant that the client may not use
/// (measured: 9.13), so the description is looked at too.
std::string remedy_for(Kind kind, const TokenAnswer& answer, const std::string& description) {
  if (kind != Kind::kUnauthorizedClient && contains_ignoring_case(description, "grant type")) return kAskForTheGrant;
  switch (kind) {
    case Kind::kInvalidClient: return remedy_for_invalid_client(answer, description);
    case Kind::kUnauthorizedClient: return remedy_for_unauthorized_client(answer, description);
    case Kind::kAccessDenied:
      return kCheckTheSecret + std::string("; if they are right, ask EasyPost for the rights of this OAuth client.");
    case Kind::kGrantType: return kAskForTheGrant;
    case Kind::kScope:
      return answer.client.scope.empty() ? "Set oauth_client.scope: this server wants one; ask EasyPost which."
                                         : "Ask for a scope this OAuth client has, or for none (oauth_client.scope).";
    case Kind::kRequest:
      return "Try the other client authentication (oauth_client.authentication: " +
             other_authentication(answer.client) + "), and check the scope (oauth_client.scope).";
    case Kind::kTrouble: return "Try again later.";
    case Kind::kOther: break;
  }
  if (contains_ignoring_case(description, "bad credentials")) return kCheckTheSecret + std::string(".");  // XSUAA
  return "Ask EasyPost what the code means for this OAuth client.";
}

/// RFC 8705: a client may have to prove itself with its certificate, or is given tokens for that only. Beside a secret,
/// an assertion or a scope, and in a link, the word is about something else (Microsoft, of a secret that has expired:
/// "consider using certificate credentials").
bool is_about_the_certificate(std::string_view description) {
  for (const char* const other : {"secret", "assertion", "scope"}) {
    if (contains_ignoring_case(description, other)) return false;
  }
  description = description.substr(0, description.find("://"));
  for (const char* const word :
       {"certificat", "mtls", "mutual tls", "mutual-tls", "x.509", "x509", "tls_client_auth"}) {
    if (contains_ignoring_case(description, word)) return true;
  }
  return false;
}

std::string certificate_remedy(const TokenAnswer& answer) {
  return answer.client.present_client_certificate
             ? "Check that the certificate was issued by the Portal of this environment, is not revoked, and is the "
               "one "
               "that this OAuth client is registered with."
             : "Set oauth_client.present_client_certificate: the token request went without the certificate.";
}

Error refused(Kind kind, const TokenAnswer& answer, const TokenComplaint& complaint) {
  Error error = make_error(ErrorCode::kTokenRefused, Factor::kOAuthClient,
                           "The token endpoint refused the OAuth client: " + complaint.quoted() + '.',
                           remedy_for(kind, answer, complaint.description));
  if (kind == Kind::kTrouble) {
    error.message = "The token endpoint cannot answer now: " + complaint.quoted() + '.';
    error.factor = Factor::kService;
    error.retryable = true;
  } else if (kind != Kind::kScope && is_about_the_certificate(complaint.description)) {
    error.factor = Factor::kClientCertificate;
    error.remedy = certificate_remedy(answer);
  }
  error.seen.oauth_error = complaint.code;
  return error;
}

}  // namespace

Diagnosis token_refusal(const TokenAnswer& answer, const TokenComplaint& complaint) {
  const int status = answer.response.status;
  if (complaint.is_of_an_api()) return std::nullopt;
  // An API says invalid_request, too (RFC 6750, section 3.1), and whatever answers for a path that is not there.
  const bool is_elsewhere = status == 404 || status == 405 || status == 410 || answer.asks_for_a_token();
  if (const auto known = known_kind(complaint)) {
    if (*known == Kind::kRequest && is_elsewhere) return std::nullopt;
    return refused(*known, answer, complaint);
  }
  // A gateway in front of the token endpoint may ask for the client certificate too.
  if (const auto about_certificate = certificate_complaint(status, answer_fields(answer.response.body))) {
    return make_error(ErrorCode::kTokenRefused, Factor::kClientCertificate,
                      "The gateway of the token endpoint refused the client certificate: " + *about_certificate + '.',
                      certificate_remedy(answer));
  }
  const bool may_be_refusal = answer.is_success() || status == 400 || status == 401 || status == 403;
  if (may_be_refusal && complaint.has_oauth_code()) return refused(Kind::kOther, answer, complaint);
  return std::nullopt;
}

}  // namespace easypost_connect::internal
