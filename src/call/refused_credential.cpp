// SPDX-License-Identifier: Apache-2.0
#include "call/refused_credential.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/ascii.hpp"
#include "core/certificate_complaint.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLongestReason = 4096;

bool says(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (contains_ignoring_case(text, word)) return true;
  }
  return false;
}

std::string_view header(const Response& response, std::string_view name) {
  return response.headers.find(name).value_or(std::string_view());
}

Error refusal(const Response& response, Factor factor, const std::string& what, const char* remedy) {
  return make_error(ErrorCode::kHttpStatus, factor, what + " (" + std::to_string(response.status) + ").", remedy);
}

constexpr const char* kCheckKey =
    "Check the API key (EASYPOST_CONNECT_API_KEY) against the Portal of this environment, then the certificate and the "
    "rights of the client.";

Error refused_certificate(const Response& response, const std::string& reason) {
  return refusal(response, Factor::kClientCertificate, "The gateway refused the client certificate: " + reason,
                 "Check that the certificate was issued by the Portal of this environment and that no proxy in between "
                 "takes it away; request a new one if it has expired or was revoked.");
}

/// By the time this is final the call has been made with two tokens, so neither age nor revocation of one token is a
/// likely reason. The words of error_description are each server's own (RFC 6750, section 3.1); these are common ones.
Error refused_token(const Response& response, std::string_view reason) {
  const auto token = [&](const std::string& what, const char* remedy) {
    return refusal(response, Factor::kAccessToken, "The API refused the access token" + what, remedy);
  };
  if (says(reason, {"audience", "\"aud\""})) {
    return token(": it is for another API", "Check that token URL and API URL belong to one environment.");
  }
  if (says(reason, {"issuer", "signature"})) {
    return token(": it comes from another token server", "Check that token URL and API URL belong to one environment.");
  }
  if (says(reason, {"expired"}) &&
      !says(reason, {"revoked"})) {  // not RFC 6750's "expired, revoked, malformed, or ..."
    return token(": it had expired, and so had a new one",
                 "Have EasyPost compare the clocks of token server and API: new tokens are too old on arrival.");
  }
  if (says(reason, {"thumbprint", "cnf"})) {  // RFC 8705, section 3: a token may be bound to a certificate
    return token(": it is bound to another client certificate",
                 "Use certificate and OAuth client of one registration.");
  }
  return token(
      ", and a new one as well",
      "Check that token URL and API URL belong to one environment, and that the OAuth client may call this API.");
}

Error missing_right(const Response& response) {
  return refusal(
      response, Factor::kOAuthClient, "The API took the access token and denies its client this call",
      "Ask EasyPost to give the OAuth client the right; if it has to ask for a scope, set oauth_client.scope.");
}

/// "WWW-Authenticate: Bearer error=..." (RFC 6750, section 3.1).
std::optional<Error> by_challenge(const Response& response) {
  const std::string_view challenge = header(response, "www-authenticate");
  if (says(challenge, {"insufficient_scope"})) return missing_right(response);
  if (says(challenge, {"invalid_token"})) return refused_token(response, challenge);
  return std::nullopt;
}

/// x-amzn-ErrorType of AWS API Gateway, which explains each status by a fixed word (its documentation: "Gateway
/// response types", "Troubleshoot 403 errors").
std::optional<Error> by_aws_error_type(const Response& response) {
  const std::string_view type = header(response, "x-amzn-errortype");
  if (says(type, {"MissingAuthenticationToken", "IncompleteSignature", "InvalidSignature"})) {
    return refusal(response, Factor::kRequest, "The gateway knows no such method and path",
                   "Check method, path and API URL: with right ones this gateway looks at the credentials first.");
  }
  if (says(type, {"ExpiredToken", "Unauthorized"})) return refused_token(response, response.body);
  if (says(type, {"AccessDenied"})) return missing_right(response);
  if (says(type, {"Forbidden"}) && !says(response.body, {"certificate"})) {
    return refusal(
        response, Factor::kApiKey,
        "The gateway forbids the call: most likely the API key (missing, wrong, in no usage plan), otherwise the "
        "client certificate or a firewall rule",
        kCheckKey);
  }
  return std::nullopt;
}

std::optional<Error> by_words(const Response& response) {
  const auto text = std::string_view(response.body).substr(0, kLongestReason);
  const bool of_key = says(text, {"api key", "api_key", "apikey", "api-key", "subscription key"});
  const auto of_certificate = certificate_complaint(response);
  if (of_key && of_certificate) {
    return refusal(response, Factor::kApiKey,
                   "The API names the API key and the client certificate: most likely they do not belong together",
                   "Use API key and certificate of one registration in the Portal.");
  }
  if (of_key) return refusal(response, Factor::kApiKey, "The API says that the API key is at fault", kCheckKey);
  if (of_certificate) return refused_certificate(response, *of_certificate);
  if (says(text, {"token", "jwt", "bearer"})) return refused_token(response, text);
  return std::nullopt;
}

Error by_status(const Response& response) {
  if (response.status == 401) return refused_token(response, {});
  return refusal(response, Factor::kApiKey,
                 "The API refused the call without saying why: most likely the API key, otherwise a right that this "
                 "client lacks, or the client certificate",
                 kCheckKey);
}

}  // namespace

std::optional<Error> refused_credential(const Response& response) {
  if (response.status != 401 && response.status != 403) {
    const auto of_certificate = certificate_complaint(response);
    if (!of_certificate) return std::nullopt;
    return refused_certificate(response, *of_certificate);
  }
  if (auto error = by_challenge(response)) return error;
  if (auto error = by_aws_error_type(response)) return error;
  if (auto error = by_words(response)) return error;
  return by_status(response);
}

}  // namespace easypost_connect::internal
