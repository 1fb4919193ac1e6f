// SPDX-License-Identifier: Apache-2.0
#include "auth/client_credentials_grant.hpp"

#include <utility>

#include "auth/token_response.hpp"
#include "core/base64.hpp"
#include "core/form_encoding.hpp"
#include "core/make_error.hpp"
#include "core/wipe.hpp"

namespace easypost_connect::internal {
namespace {

/// Tokens of real servers are a few kilobytes at most.
constexpr std::size_t kLargestTokenResponse = std::size_t{64} * 1024;

/// RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined; servers do insist on it.
Secret basic_authorization(const OAuthClient& client) {
  std::string pair;
  WipeOnExit wipe_pair(pair);
  pair.reserve(3 * (client.id.size() + client.secret.size()) + 1);
  append_percent_encoded(pair, client.id);
  pair += ':';
  append_percent_encoded(pair, client.secret.expose());
  std::string encoded = base64_encode(pair);
  WipeOnExit wipe_encoded(encoded);
  std::string header;
  WipeOnExit wipe_header(header);
  header.reserve(6 + encoded.size());
  return Secret(header.append("Basic ").append(encoded));
}

Error about_the_token(Error error) {
  error.message.insert(0, "No access token: ");
  if (error.code != ErrorCode::kResponseTooLarge) return error;
  error.code = ErrorCode::kTokenUnusable;
  error.factor = Factor::kRequest;
  error.remedy = "Check that the token URL (EASYPOST_CONNECT_TOKEN_URL) is the OAuth 2.0 token endpoint.";
  return error;
}

}  // namespace

ClientCredentialsGrant::ClientCredentialsGrant(std::string token_url, OAuthClient client, Secrets secrets)
    : token_url_(std::move(token_url)), client_(std::move(client)), secrets_(std::move(secrets)) {
  secrets_.add(client_.secret);
}

Secret ClientCredentialsGrant::form_body() const {
  std::string body;
  WipeOnExit wipe_body(body);
  body.reserve(128 + 3 * (client_.id.size() + client_.secret.size() + client_.scope.size()));  // no copy is left behind
  append_form_field(body, "grant_type", "client_credentials");
  if (client_.authentication == ClientAuthentication::kSecretPost) {
    append_form_field(body, "client_id", client_.id);
    append_form_field(body, "client_secret", client_.secret.expose());
  }
  if (!client_.scope.empty()) append_form_field(body, "scope", client_.scope);
  return Secret(body);
}

TokenRequest ClientCredentialsGrant::request(SteadyTime deadline) const {
  TokenRequest token;
  token.request.method = Method::kPost;
  token.form = form_body();
  token.request.body = Body::from_memory(token.form.expose());
  token.request.options.headers.add("accept", "application/json");  // some answer errors as a web page otherwise

  token.context.url = token_url_;
  token.context.content_type = "application/x-www-form-urlencoded";
  token.context.deadline = deadline;
  token.context.max_response_bytes = kLargestTokenResponse;
  if (client_.authentication == ClientAuthentication::kSecretBasic) {
    token.context.credentials.push_back({"authorization", basic_authorization(client_)});
  }
  return token;
}

Result<AccessToken> ClientCredentialsGrant::token(Result<Response> answer, Moment asked_at) const {
  auto token = read(std::move(answer), asked_at);
  if (!token) secrets_.leave_out_of(token.error());
  return token;
}

Result<AccessToken> ClientCredentialsGrant::read(Result<Response> answer, Moment asked_at) const {
  if (!answer) return about_the_token(std::move(answer).error());
  return parse_token_response(*std::move(answer), asked_at, client_, token_url_, secrets_);
}

}  // namespace easypost_connect::internal
