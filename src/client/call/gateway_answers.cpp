// SPDX-License-Identifier: Apache-2.0
#include "call/gateway_answers.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr int kAnyRefusal = 0;  // 401 or 403

struct Shape {
  int status;
  std::string_view header;  ///< empty: whatever the headers
  std::string_view header_value;
  std::string_view field;  ///< empty: a body of plain text
  std::string_view value;  ///< empty: whatever the body
  Meaning meaning;
};

// A shape with a header counts before any in kByPhrase. The error types are AWS API Gateway's, which explains each
// status by a fixed word (its documentation: "Gateway response types", "Troubleshoot HTTP 403 errors").
constexpr Shape kByHeader[] = {
    {kAnyRefusal, "x-amzn-errortype", "MissingAuthenticationToken*", "", "", Meaning::kNoSuchPath},
    {kAnyRefusal, "x-amzn-errortype", "IncompleteSignature*", "", "", Meaning::kNoSuchPath},
    {kAnyRefusal, "x-amzn-errortype", "InvalidSignature*", "", "", Meaning::kNoSuchPath},
    {kAnyRefusal, "x-amzn-errortype", "ExpiredToken*", "", "", Meaning::kToken},
    {kAnyRefusal, "x-amzn-errortype", "Unauthorized*", "", "", Meaning::kToken},
    {kAnyRefusal, "x-amzn-errortype", "AccessDenied*", "*", "User: anonymous is not*", Meaning::kFirewall},
    {kAnyRefusal, "x-amzn-errortype", "AccessDenied*", "", "", Meaning::kRightOrKey},
    {kAnyRefusal, "x-amzn-errortype", "Forbidden*", "*", "*api key*", Meaning::kKey},
    {kAnyRefusal, "x-amzn-errortype", "Forbidden*", "", "", Meaning::kKeyOrAccess},
    {401, "x-kong-response-latency", "*", "message", "Unauthorized", Meaning::kKeyOrToken},
    {401, "server", "kong*", "message", "Unauthorized", Meaning::kKeyOrToken},
    {401, "via", "*kong*", "message", "Unauthorized", Meaning::kKeyOrToken},
    {403, "cf-mitigated", "*", "", "", Meaning::kFirewall},
    {403, "server", "AmazonS3*", "Code", "AccessDenied", Meaning::kOtherDoor},
};

// The name of a field and a whole phrase in it decide in these shapes; words of people would have more, or others.
constexpr Shape kByPhrase[] = {
    // An OAuth error as JSON (RFC 6750, section 3.1), and the same in gateways' spelling
    {kAnyRefusal, "", "", "error", "insufficient_scope", Meaning::kRight},
    {kAnyRefusal, "", "", "error", "invalid_token", Meaning::kToken},
    {kAnyRefusal, "", "", "error", "invalid_api_key", Meaning::kKey},
    // AWS, when a proxy has taken its headers away
    {403, "", "", "message", "Missing Authentication Token", Meaning::kNoSuchPath},
    {403, "", "", "message", "User: anonymous is not authorized*", Meaning::kFirewall},
    {403, "", "", "message", "*is not authorized to access this resource*", Meaning::kRightOrKey},
    {403, "", "", "message", "The incoming token has expired", Meaning::kToken},
    // Envoy and Istio
    {401, "", "", "", "Client authentication failed.", Meaning::kKey},
    {401, "", "", "", "Jwt is missing*", Meaning::kTokenAway},
    {401, "", "", "", "Jwks remote fetch is failed*", Meaning::kNotTheirFault},
    {kAnyRefusal, "", "", "", "Jwt *", Meaning::kToken},
    {kAnyRefusal, "", "", "", "Jwks *", Meaning::kToken},
    {403, "", "", "", "Audiences in Jwt are not allowed*", Meaning::kToken},
    {401, "", "", "", "Origin authentication failed*", Meaning::kToken},
    {403, "", "", "", "RBAC: access denied*", Meaning::kRightOrKey},
    // Kong, Apache APISIX
    {kAnyRefusal, "", "", "message", "Invalid authentication credentials*", Meaning::kKey},
    {kAnyRefusal, "", "", "message", "No credentials found for given*", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "No mandatory 'iss' in claims*", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "Missing JWT token in request*", Meaning::kTokenAway},
    {kAnyRefusal, "", "", "message", "JWT token invalid*", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "failed to verify jwt*", Meaning::kToken},
    {kAnyRefusal, "", "", "exp", "token expired", Meaning::kToken},
    {403, "", "", "message", "You cannot consume this service*", Meaning::kRightOrKey},
    {403, "", "", "message", "IP address not allowed*", Meaning::kFirewall},
    {403, "", "", "message", "Your IP address is not allowed*", Meaning::kFirewall},
    // Tyk, whose key is a session: that of a key or of a token
    {kAnyRefusal, "www-authenticate", "Bearer*", "error", "Authorization field missing", Meaning::kTokenAway},
    {kAnyRefusal, "", "", "error", "Authorization field missing", Meaning::kKeyOrToken},
    {400, "", "", "error", "Authorization field missing", Meaning::kKeyOrToken},
    {kAnyRefusal, "", "", "error", "Key not authori*", Meaning::kKeyOrToken},
    {kAnyRefusal, "", "", "error", "Key has expired, please renew", Meaning::kKeyOrToken},
    {kAnyRefusal, "", "", "error", "Key is inactive, please renew", Meaning::kKeyOrToken},
    {kAnyRefusal, "", "", "error", "Access to this API has been disallowed", Meaning::kKeyOrToken},
    {kAnyRefusal, "", "", "error", "Access to this resource has been disallowed", Meaning::kKeyOrToken},
    // 3scale APIcast, for a key as for a token
    {kAnyRefusal, "", "", "", "Authentication failed", Meaning::kKeyOrToken},
    {kAnyRefusal, "", "", "", "Authentication parameters missing", Meaning::kKeyOrToken},
    // Apigee
    {kAnyRefusal, "", "", "fault.detail.errorcode", "*ApiKey*", Meaning::kKey},
    {kAnyRefusal, "", "", "fault.detail.errorcode", "*consumer_key*", Meaning::kKey},
    {kAnyRefusal, "", "", "fault.detail.errorcode", "*NoApiProductMatchFound", Meaning::kRightOrKey},
    {kAnyRefusal, "", "", "fault.detail.errorcode", "*InsufficientScope*", Meaning::kRight},
    {kAnyRefusal, "", "", "fault.detail.errorcode", "*access_token*", Meaning::kToken},
    {kAnyRefusal, "", "", "fault.detail.errorcode", "*AccessToken*", Meaning::kToken},
    {kAnyRefusal, "", "", "fault.detail.errorcode", "steps.jwt.*", Meaning::kToken},
    {kAnyRefusal, "", "", "fault.detail.errorcode", "accesscontrol.IPDeniedAccess", Meaning::kFirewall},
    // Azure API Management
    {kAnyRefusal, "", "", "message", "Access denied due to missing subscription key*", Meaning::kKey},
    {kAnyRefusal, "", "", "message", "Access denied due to invalid subscription key*", Meaning::kKey},
    {401, "", "", "message", "JWT not present*", Meaning::kTokenAway},
    {401, "", "", "message", "Unauthorized. Access token is missing or invalid*", Meaning::kToken},
    // Google: Cloud Endpoints, API Gateway, its own APIs
    {400, "", "", "error.details.reason", "API_KEY_*", Meaning::kKey},
    {400, "", "", "error.message", "API key not *", Meaning::kKey},
    {400, "", "", "error.message", "API key expired*", Meaning::kKey},
    {400, "", "", "message", "API key not valid*", Meaning::kKey},
    {400, "", "", "message", "API key expired*", Meaning::kKey},
    {kAnyRefusal, "", "", "error.details.reason", "API_KEY_*", Meaning::kKey},
    {kAnyRefusal, "", "", "error.details.reason", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", Meaning::kRight},
    {kAnyRefusal, "", "", "error.details.reason", "ACCESS_TOKEN_*", Meaning::kToken},
    {401, "", "", "message", "Method doesn't allow unregistered callers*", Meaning::kKey},
    {401, "", "", "message", "JWT validation failed*", Meaning::kToken},
    {401, "", "", "error.message", "Request had invalid authentication credentials*", Meaning::kToken},
    // WSO2
    {401, "", "", "code", "900902", Meaning::kTokenAway},
    {401, "", "", "code", "90090*", Meaning::kToken},
    {403, "", "", "code", "900908", Meaning::kRightOrKey},
    {403, "", "", "code", "900910", Meaning::kRight},
    // IBM API Connect, where the client id is the key
    {401, "", "", "moreInformation", "Invalid client id or secret*", Meaning::kKey},
    {401, "", "", "moreInformation", "Client id not registered*", Meaning::kKey},
    // Frameworks: jsonwebtoken, Django, Symfony, FastAPI, NestJS, Spring Boot
    {kAnyRefusal, "", "", "message", "jwt malformed", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "jwt expired", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "jwt audience invalid*", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "jwt issuer invalid*", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "No authorization token was found", Meaning::kTokenAway},
    {kAnyRefusal, "", "", "message", "Expired JWT Token", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "Invalid JWT Token", Meaning::kToken},
    {kAnyRefusal, "", "", "message", "JWT Token not found", Meaning::kTokenAway},
    {kAnyRefusal, "", "", "code", "token_not_valid", Meaning::kToken},
    {kAnyRefusal, "", "", "detail", "Not authenticated", Meaning::kTokenAway},
    {403, "", "", "detail", "You do not have permission to perform this action.", Meaning::kRightOrKey},
    {403, "", "", "message", "Forbidden resource", Meaning::kRightOrKey},
    // Firewalls and front doors
    {403, "", "", "", "error code: 10*", Meaning::kFirewall},
    {403, "", "", "title", "Attention Required! | Cloudflare", Meaning::kFirewall},
    {403, "", "", "title", "Just a moment...", Meaning::kFirewall},
    {403, "", "", "title", "Access denied | *", Meaning::kFirewall},
    {403, "", "", "title", "ERROR: The request could not be satisfied", Meaning::kFirewall},
    {403, "", "", "title", "The request is blocked*", Meaning::kFirewall},
    {403, "", "", "*", "The request is blocked*", Meaning::kFirewall},
    {403, "", "", "*", "Reference #*", Meaning::kFirewall},
    {403, "", "", "*", "*Incapsula incident ID*", Meaning::kFirewall},
    {403, "", "", "*", "Microsoft-Azure-Application-Gateway*", Meaning::kFirewall},
    {403, "", "", "*", "The requested URL was rejected. Please consult with your administrator*", Meaning::kFirewall},
    {403, "", "", "*", "Request forbidden by administrative rules*", Meaning::kFirewall},
    {403, "", "", "*", "Request was blocked by WAF*", Meaning::kFirewall},
    {403, "", "", "title", "*Firewall*", Meaning::kFirewall},
    {403, "", "", "title", "Web Page Blocked*", Meaning::kFirewall},
    {403, "", "", "title", "Internet Security by Zscaler*", Meaning::kFirewall},
    // A login page in front of another application: oauth2-proxy and others
    {kAnyRefusal, "content-type", "text/html*", "title", "Sign in*", Meaning::kOtherDoor},
    {kAnyRefusal, "content-type", "text/html*", "title", "Log in*", Meaning::kOtherDoor},
    {kAnyRefusal, "content-type", "text/html*", "title", "Login*", Meaning::kOtherDoor},
    // nginx, which has no other status for it (its own 497)
    {400, "", "", "title", "400 The plain HTTP request was sent to HTTPS port", Meaning::kPlainHttp},
};

// Each Meaning but kToken and kKeyOrToken has the same words whatever else the answer has.
constexpr MeaningWords kWords[] = {
    {Meaning::kKey, Factor::kApiKey, "The gateway says that the API key is at fault", kCheckKey},
    {Meaning::kKeyOrAccess, Factor::kApiKey,
     "The gateway forbids the call: most likely the API key (missing, wrong, in no usage plan), otherwise the client "
     "certificate or a firewall rule",
     kCheckKey},
    {Meaning::kTokenAway, Factor::kAccessToken, "The access token did not arrive as it should",
     "Check that no proxy in between removes or doubles the Authorization header, and the API URL."},
    {Meaning::kProof, Factor::kOAuthClient, "The API wants access tokens with a proof of possession (DPoP)",
     "Ask EasyPost to register the OAuth client for Bearer tokens: this client has no other."},
    {Meaning::kRight, Factor::kOAuthClient, "The API took the access token and denies its client this call",
     "Ask EasyPost to give the OAuth client the right; if it has to ask for a scope, set oauth_client.scope."},
    {Meaning::kRightOrKey, Factor::kOAuthClient,
     "The API denies the call and does not say by which rule: most likely the OAuth client lacks the right, otherwise "
     "the API key is wrong or lacks it",
     "Ask EasyPost which rights the OAuth client has; check the API key (EASYPOST_CONNECT_API_KEY) against the Portal "
     "of this environment."},
    {Meaning::kNoSuchPath, Factor::kRequest, "The gateway knows no such method and path",
     "Check method, path and API URL: with right ones this gateway looks at the credentials first."},
    {Meaning::kOtherDoor, Factor::kRequest, "Another application than the API answered: a login page or a file storage",
     kCheckUrl},
    {Meaning::kFirewall, Factor::kNetwork,
     "A firewall stopped the call, whatever its credentials: most likely the address it comes from, otherwise its "
     "content",
     "Have your address allowed by EasyPost, or by the owner of the proxy in between; quote the id in the answer."},
    {Meaning::kPlainHttp, Factor::kNetwork,
     "The call reached the gateway without TLS, and so without the client certificate",
     "Check that no proxy in between ends TLS, and the port of the API URL."},
    {Meaning::kNotTheirFault, Factor::kService,
     "The gateway could not check the access token, because it cannot reach its issuer",
     "Try again later; report it to EasyPost if it lasts."},
};

bool is_refusal(int status) noexcept { return status == 401 || status == 403; }

bool has_header(const Response& response, const Shape& shape) noexcept {
  if (shape.header.empty()) return true;
  const auto value = response.headers.find(shape.header);
  return value && fits(*value, shape.header_value);
}

bool has_field(const std::vector<AnswerField>& fields, const Shape& shape) noexcept {
  if (shape.value.empty()) return true;
  return std::any_of(fields.begin(), fields.end(), [&shape](const AnswerField& field) {
    return fits(field.name, shape.field) && fits(field.value, shape.value);
  });
}

}  // namespace

std::optional<Meaning> gateway_answer(const Response& response, const std::vector<AnswerField>& fields) {
  const auto is_it = [&](const Shape& shape) {
    const bool of_status = shape.status == kAnyRefusal ? is_refusal(response.status) : response.status == shape.status;
    return of_status && has_header(response, shape) && has_field(fields, shape);
  };
  const auto* const by_header = std::find_if(std::begin(kByHeader), std::end(kByHeader), is_it);
  if (by_header != std::end(kByHeader)) return by_header->meaning;
  const auto* const by_phrase = std::find_if(std::begin(kByPhrase), std::end(kByPhrase), is_it);
  if (by_phrase != std::end(kByPhrase)) return by_phrase->meaning;
  return std::nullopt;
}

const MeaningWords& words_for(Meaning meaning) noexcept {
  return *std::find_if(std::begin(kWords), std::prev(std::end(kWords)),
                       [meaning](const MeaningWords& one) { return one.meaning == meaning; });
}

}  // namespace easypost_connect::internal
