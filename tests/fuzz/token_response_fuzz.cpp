// SPDX-License-Identifier: Apache-2.0
// Input: a line that begins with the status, a line that is the Retry-After field, the body. A "$" in the body stands
// for the client secret, as in an answer that echoes the request.
#include <algorithm>
#include <charconv>
#include <string>

#include "fuzz_support.hpp"
#include "token/client_credentials_grant.hpp"

namespace easypost_connect::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSecret = "canary-secret/with+odd&chars";
constexpr std::string_view kBearer = "Bearer ";

bool is_visible(char c) { return c > ' ' && c <= '~'; }

void append(std::string& body, char c) {
  switch (c) {
    case '$': body.append(kSecret); break;
    case '^': body.append(kSecret.substr(0, kSecret.size() / 2)); break;
    case '~': body.append(kSecret.substr(kSecret.size() / 2)); break;
    default: body += c;
  }
}

void check(const internal::AccessToken& token, const Response& response) {
  always(response.status / 100 == 2, "a token comes with a status of success only");
  always(token.life() > 0s && token.life() <= 24h, "a token lives for some time, and a day at most");
  const std::string_view header = token.authorization().expose();
  always(header.substr(0, kBearer.size()) == kBearer && header.size() > kBearer.size(), "a token is not empty");
  always(std::all_of(header.begin() + kBearer.size(), header.end(), is_visible), "a token can be a header");
}

void check(const Error& error) {
  const std::string text = error.describe();
  always(text.find(kSecret) == std::string::npos, "an Error never holds the client secret");
  always(std::all_of(text.begin(), text.end(), [](char c) { return is_visible(c) || c == ' ' || c == '\n'; }),
         "an Error is plain text");
  always(error.code == ErrorCode::kTokenRefused || error.code == ErrorCode::kTokenUnusable, "one of two codes");
  if (error.retry_after) always(*error.retry_after >= 0ms && *error.retry_after <= 24h, "a pause within a day");
}

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  Response response;
  const std::string_view status = input.line();
  std::from_chars(status.data(), status.data() + status.size(), response.status);
  response.headers.add("retry-after", input.line());
  for (const char c : input.rest()) fuzz::append(response.body, c);

  const internal::Moment now = internal::SystemClock().now();
  OAuthClient client;
  client.secret = Secret(fuzz::kSecret);
  internal::Secrets secrets;
  secrets.add(client.secret);
  const auto token = internal::parse_token_response(response, now, client, {}, secrets);
  token ? fuzz::check(*token, response) : fuzz::check(token.error());
  return 0;
}
