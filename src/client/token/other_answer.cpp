// SPDX-License-Identifier: Apache-2.0
#include "token/token_answer.hpp"

#include <string>
#include <string_view>

#include "core/make_error.hpp"
#include "core/text.hpp"
#include "core/url.hpp"

namespace easypost_connect::internal {
namespace {

using Json = nlohmann::json;

bool begins_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

std::string_view header(const TokenAnswer& answer, std::string_view name) {
  return answer.response.headers.find(name).value_or("");
}

/// The text without what stands before its first character.
std::string_view text_in(const TokenAnswer& answer) {
  std::string_view text = answer.response.body;
  if (begins_with(text, "\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

bool is_web_page(const TokenAnswer& answer) {
  const std::string_view text = text_in(answer);
  return begins_with(text, "<") && (contains_ignoring_case(text.substr(0, 1024), "<html") ||
                                    contains_ignoring_case(header(answer, "content-type"), "html"));
}

std::string web_page(std::string_view text) {
  for (const char* const word : {"type=\"password\"", "sign in", "log in", "login"}) {
    if (contains_ignoring_case(text, word)) return "a web page that speaks of a login";
  }
  return "a web page";
}

/// Names under which a token is found where RFC 6749, section 5.1, would not have it.
constexpr const char* kTokenNames[] = {"access_token", "accessToken", "Access_Token", "AccessToken", "token"};

std::string what_object(const Json& json, const TokenAnswer& answer) {
  for (const char* const name : kTokenNames) {
    if (json.contains(name)) return std::string("a JSON object with \"") + name + "\", and no text as its access_token";
  }
  for (const auto& [name, member] : json.items()) {
    for (const char* const token : kTokenNames) {
      if (!text_of(member, token).empty())
        return "a JSON object that has a token inside its \"" + answer.quotable(name) + "\", not at its top";
    }
  }
  return "a JSON object without access_token";
}

std::string what_text(const TokenAnswer& answer) {
  const std::string_view text = text_in(answer);
  if (text.empty()) return "nothing in it";
  if (is_web_page(answer)) return web_page(text);
  if (begins_with(text, "<")) return "XML";
  if (contains_ignoring_case(text.substr(0, 4096), "access_token=")) return "form-encoded text instead of JSON";
  if (begins_with(text, "eyJ")) return "what looks like a bare token instead of JSON";
  return "text that is no JSON";
}

std::string what(const TokenAnswer& answer, const Json& json) {
  if (json.is_discarded()) return what_text(answer);
  if (json.is_object()) return what_object(json, answer);
  return json.is_array() ? "a JSON array" : "JSON that is no object";
}

std::string url_remedy(const TokenAnswer& answer) {
  const Url url(answer.token_url);
  std::string remedy = "Check the token URL (EASYPOST_CONNECT_TOKEN_URL)";
  if (!url.host.empty()) {
    remedy += ", now " + answer.quotable(std::string("https://").append(url.authority).append(url.path));
  }
  return remedy + "; EasyPost documents https://auth.eservices.easypost.eu/oauth2/token for production.";
}

Error wrong_url(const TokenAnswer& answer, std::string message) {
  return make_error(ErrorCode::kTokenUnusable, Factor::kRequest, std::move(message), url_remedy(answer));
}

/// The host is enough to recognise a portal by; the rest of such a URL may be a session's.
Error redirect(const TokenAnswer& answer) {
  const std::string_view location = header(answer, "location");
  const auto scheme_end = location.find("://");
  std::string where = "elsewhere on the same host";
  if (scheme_end != std::string_view::npos) {
    const std::string_view rest = location.substr(scheme_end + 3);
    where = "to the host " + answer.quotable(rest.substr(0, rest.find_first_of("/?#")));
  }
  return wrong_url(answer, "The token URL answered with a redirect (" + std::to_string(answer.response.status) + ") " +
                               where + ", which is not followed: the client secret goes to one host only.");
}

Error overloaded(const std::string& seen) {
  Error error = make_error(ErrorCode::kTokenUnusable, Factor::kService, "The token endpoint answered " + seen + '.',
                           "Try again later; the token endpoint is slow, unavailable, or limits the rate of requests.");
  error.retryable = true;
  return error;
}

/// Google, for one, has words for that and no code.
bool speaks_of_the_client(const TokenComplaint& complaint) {
  for (const char* const word : {"client", "bad credentials", "invalid credentials"}) {
    if (contains_ignoring_case(complaint.quoted(), word)) return true;
  }
  return false;
}

/// A server that speaks JSON and not OAuth is most likely no token endpoint, unless it speaks of the client.
Error refused_without_a_code(const TokenAnswer& answer, const TokenComplaint& complaint, const std::string& seen) {
  if (!complaint.code.empty() && !speaks_of_the_client(complaint)) {
    Error error = wrong_url(answer,
                            "Most likely the token URL leads to an API or a gateway, otherwise the OAuth client "
                            "was refused: it answered " +
                                seen + ", which is no answer of OAuth.");
    error.remedy += " If it is right, check client id and client secret.";
    return error;
  }
  return make_error(ErrorCode::kTokenRefused, Factor::kOAuthClient,
                    "The token endpoint refused the request without an OAuth error: it answered " + seen + '.',
                    "Check client id and client secret (EASYPOST_CONNECT_CLIENT_ID, _CLIENT_SECRET), then the token "
                    "URL (EASYPOST_CONNECT_TOKEN_URL).");
}

Error compressed(std::string_view encoding, const TokenAnswer& answer) {
  return make_error(ErrorCode::kTokenUnusable, Factor::kService,
                    "The token endpoint's answer is compressed (Content-Encoding: " + answer.quotable(encoding) +
                        "), although the request allows none (Accept-Encoding: identity).",
                    "Look for a proxy or gateway that compresses what it should not; report it to EasyPost.");
}

/// AWS API Gateway says this of a path or a method that it does not have; for a missing token it has other words.
bool is_no_such_path(const TokenAnswer& answer, const TokenComplaint& complaint) {
  return contains_ignoring_case(header(answer, "x-amzn-errortype"), "MissingAuthenticationToken") ||
         complaint.code == "Missing Authentication Token";
}

/// An answer to what every other server would answer, too.
Error by_status(const TokenAnswer& answer, const TokenComplaint& complaint, const std::string& seen) {
  const int status = answer.response.status;
  const bool will_not_get_better = status == 501 || status == 505;
  if (status == 511) {
    return make_error(ErrorCode::kTokenUnusable, Factor::kNetwork,
                      "The network wants a login before it lets anything through: it answered " + seen + '.',
                      "Log in to this network, or use another one.");
  }
  if (status == 408 || status == 425 || status == 429 || (status >= 500 && !will_not_get_better))
    return overloaded(seen);
  if (status >= 300 && status < 400) return redirect(answer);
  if (status == 404 || status == 410 || is_no_such_path(answer, complaint))
    return wrong_url(answer, "There is no token endpoint at the token URL: it answered " + seen + '.');
  if (status == 405) return wrong_url(answer, "The token URL takes no POST: it answered " + seen + '.');
  if (answer.asks_for_a_token()) {
    return wrong_url(answer,
                     "The token URL asks for an access token itself (401, WWW-Authenticate: Bearer): it leads "
                     "to an API, not to a token endpoint.");
  }
  if (status == 401 || (status == 403 && !is_web_page(answer)) || (status == 400 && !complaint.code.empty()))
    return refused_without_a_code(answer, complaint, seen);
  if (status == 403) {
    return wrong_url(answer,
                     "Most likely a firewall or another server answered in place of the token endpoint: " + seen + '.');
  }
  return wrong_url(answer, "The token URL answered " + seen + ", not as a token endpoint does.");
}

}  // namespace

Error other_answer(const TokenAnswer& answer, const Json& json, const TokenComplaint& complaint) {
  const std::string_view encoding = trim(header(answer, "content-encoding"));
  const bool is_encoded = !encoding.empty() && !equals_ignoring_case(encoding, "identity");
  if (json.is_discarded() && is_encoded) return compressed(encoding, answer);
  if (answer.is_success() && json.is_discarded() && begins_with(text_in(answer), "{")) {
    return make_error(ErrorCode::kTokenUnusable, Factor::kService,
                      "The token endpoint's answer is JSON that is cut off or damaged.",
                      "Try again; if it lasts, report it to EasyPost.");
  }
  std::string seen = std::to_string(answer.response.status) + " with " + what(answer, json);
  if (!complaint.code.empty())
    seen = std::to_string(answer.response.status) + " and says \"" + complaint.quoted() + '"';
  return by_status(answer, complaint, seen);
}

}  // namespace easypost_connect::internal
