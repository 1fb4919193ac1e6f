// SPDX-License-Identifier: Apache-2.0
#include "token/client_credentials_grant.hpp"

#include <algorithm>
#include <charconv>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/answer_fields.hpp"
#include "core/encoding.hpp"
#include "core/json_document.hpp"
#include "core/make_error.hpp"
#include "core/secrets.hpp"
#include "core/text.hpp"
#include "token/token_answer.hpp"

namespace easypost_connect::internal {

// --- the token in the JSON of an answer

namespace {

constexpr char kNoHeaderCharacter = '\x01';  // a character that no token may have in it

/// Returns where the text ends that begins behind a quotation mark: at the next one, or with the JSON.
std::size_t end_of_text(std::string_view json, std::size_t begin) noexcept {
  std::size_t end = begin;
  while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
  return std::min(end, json.size());
}

/// RFC 8259, section 7, as far as a token can need it: of ASCII.
char character_of_code(std::string_view digits) noexcept {
  unsigned code = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  const bool whole = digits.size() == 4 && read.ptr == digits.data() + digits.size();
  return whole && code < 0x80 ? static_cast<char>(code) : kNoHeaderCharacter;
}

Secret unescaped(std::string_view text) {
  std::string plain;
  const WipeOnExit wipe_plain(plain);
  plain.reserve(text.size());
  while (!text.empty()) {
    std::size_t size = 1;
    char c = text.front();
    if (c == '\\' && text.size() > 1) {
      const bool by_code = text[1] == 'u';
      size = by_code ? std::min<std::size_t>(6, text.size()) : 2;
      c = by_code ? character_of_code(text.substr(2, 4)) : text[1];
      if (std::string_view("bfnrt").find(text[1]) != std::string_view::npos) c = kNoHeaderCharacter;
    }
    plain += c;
    text.remove_prefix(size);
  }
  return Secret(plain);
}

bool ends_in_token(std::string_view name) noexcept {
  constexpr std::string_view kEnd = "token";
  return name.size() >= kEnd.size() && equals_ignoring_case(name.substr(name.size() - kEnd.size()), kEnd);
}

}  // namespace

Secret take_token(std::string& json) {
  constexpr std::string_view kBlanks = " \t\r\n:";
  Secret token;
  int depth = 0;
  std::string_view name;  // the name of the value to come
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '{' || json[at] == '[') ++depth;
    if (json[at] == '}' || json[at] == ']') --depth;
    if (json[at] == ',') name = {};
    if (json[at] != '"') continue;
    const std::size_t begin = at + 1;
    const std::size_t end = end_of_text(json, begin);
    const std::string_view text = std::string_view(json).substr(begin, end - begin);
    const auto next = std::min(json.find_first_not_of(kBlanks, end + 1), json.size());
    const bool is_name = json.find(':', end) < next;
    if (is_name) {
      name = text;
    } else if (ends_in_token(name)) {
      if (depth == 1 && name == "access_token") token = unescaped(text);
      std::fill(json.begin() + static_cast<std::ptrdiff_t>(begin), json.begin() + static_cast<std::ptrdiff_t>(end),
                'x');
    }
    at = end;
  }
  return token;
}

// --- an answer of the token endpoint

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

// --- the grant

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

Result<AccessToken> ClientCredentialsGrant::token(Result<Response> answer, Moment asked_at) const noexcept try {
  auto token = read(std::move(answer), asked_at);
  if (!token) secrets_.leave_out_of(token.error());
  return token;
} catch (const std::bad_alloc&) {
  return out_of_memory();
} catch (const Json::exception&) {  // members are looked at by their types, so none is expected
  return fixed_error(ErrorCode::kTokenUnusable, Factor::kService, "The token endpoint's answer could not be read.",
                     "Check that the token URL leads to a token endpoint (RFC 6749).");
}

Result<AccessToken> ClientCredentialsGrant::read(Result<Response> answer, Moment asked_at) const {
  if (!answer) return about_the_token(std::move(answer).error());
  return parse_token_response(*std::move(answer), asked_at, client_, token_url_, secrets_);
}

}  // namespace easypost_connect::internal
