// SPDX-License-Identifier: Apache-2.0
#include "sandbox/oauth_host.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "sandbox/form.hpp"
#include "sandbox/http_rules.hpp"
#include "sandbox/json_answer.hpp"

namespace easypost_connect::sandbox {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

/// Parameters that belong in the body; a query is otherwise nobody's business (RFC 6749, sections 2.3.1 and 3.2).
constexpr const char* kInBodyOnly[] = {"grant_type", "client_id", "client_secret", "scope"};

bool has_parameters_in_url(const httplib::Request& request) {
  return std::any_of(std::begin(kInBodyOnly), std::end(kInBodyOnly),
                     [&request](const char* name) { return request.has_param(name); });
}

bool is_form(const std::string& content_type) {
  const std::string type = content_type.substr(0, content_type.find_first_of("; \t"));
  return same_name(type, kFormType);
}

/// RFC 6749, section 3.3: scopes are separated by one blank each.
bool knows_scopes(const std::string& scopes) {
  if (scopes.empty()) return true;
  std::istringstream words(scopes + ' ');
  for (std::string scope; std::getline(words, scope, ' ');) {
    if (scope != "jobs:read" && scope != "jobs:write") return false;
  }
  return true;
}

}  // namespace

std::string OAuthHost::answer(const httplib::Request& request, httplib::Response& response) {
  std::string note;
  if (request.has_header("x-api-key")) {
    event_log_.count(&SandboxCounters::leaked_credentials);
    note = "x-api-key leaked; ";
  }
  response.set_header("Cache-Control", "no-store");
  response.set_header("Pragma", "no-cache");
  if (request.path != kTokenPath) {
    answer_message(response, 404, "Not Found");
    return note + "not the token endpoint";
  }
  if (request.method != "POST") {
    answer_not_allowed(response, "POST");
    return note + "the token endpoint takes POST only";
  }
  Client client;
  const auto refusal = check(request, client);
  if (!refusal) return note + issue(client.id, response);

  answer_json(response, refusal->status, {{"error", refusal->error}, {"error_description", refusal->description}});
  if (refusal->status == 401) response.set_header("WWW-Authenticate", "Basic realm=\"sandbox\"");
  return note + refusal->error + ": " + refusal->description;
}

std::optional<OAuthHost::Refusal> OAuthHost::check(const httplib::Request& request, Client& client) const {
  if (request.get_header_value_count("Authorization") > 1) {
    return Refusal{400, "invalid_request", "there are several Authorization headers"};
  }
  if (!is_form(request.get_header_value("Content-Type"))) {
    return Refusal{400, "invalid_request", "the content-type is not " + std::string(kFormType)};
  }
  if (has_parameters_in_url(request)) {
    return Refusal{400, "invalid_request", "parameters belong in the body, not in the URL"};
  }
  const auto form = Form::parse(request.body);
  if (!form) return Refusal{400, "invalid_request", "the body is not form-encoded"};
  if (form->repeats()) return Refusal{400, "invalid_request", "a parameter is there twice"};

  client = {form->get("client_id"), form->get("client_secret")};
  if (auto refusal = check_client(request.get_header_value("Authorization"), client)) return refusal;

  const std::string grant = form->get("grant_type");
  if (grant.empty()) return Refusal{400, "invalid_request", "grant_type is missing"};
  if (grant != "client_credentials")
    return Refusal{400, "unsupported_grant_type", "only client_credentials is supported"};
  if (!knows_scopes(form->get("scope")))
    return Refusal{400, "invalid_scope", "the scopes are jobs:read and jobs:write"};
  return std::nullopt;
}

std::optional<OAuthHost::Refusal> OAuthHost::check_client(const std::string& authorization, Client& client) const {
  if (!authorization.empty()) {
    const auto basic = parse_basic(authorization);
    if (!basic)
      return Refusal{401, "invalid_client", "the Authorization header is not Basic with a readable id:secret"};
    if (!client.secret.empty()) {
      return Refusal{400, "invalid_request", "the client authenticates in the header and in the body"};
    }
    if (!client.id.empty() && client.id != basic->id) {
      return Refusal{400, "invalid_request", "the client_id in the body is not the one in the header"};
    }
    client = {basic->id, basic->secret};
  }
  if (client.id.empty() || client.secret.empty())
    return Refusal{401, "invalid_client", "client_id or client_secret is missing"};
  if (!partners_.knows_client(client.id, client.secret))
    return Refusal{401, "invalid_client", "unknown client or wrong secret"};
  return std::nullopt;
}

std::string OAuthHost::issue(const std::string& client_id, httplib::Response& response) {
  const auto seconds = tokens_.life().count();
  const std::string token = tokens_.issue(client_id, std::chrono::steady_clock::now());
  answer_json(response, 200, {{"access_token", token}, {"expires_in", seconds}, {"token_type", "Bearer"}});
  return "token issued to " + client_id + ", expires in " + std::to_string(seconds) + " s";
}

}  // namespace easypost_connect::sandbox
