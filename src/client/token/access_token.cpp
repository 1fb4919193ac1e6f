// SPDX-License-Identifier: Apache-2.0
#include "token/access_token.hpp"

#include <algorithm>
#include <string>

#include "core/secrets.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::string_view kScheme = "Bearer ";

Secret bearer(std::string_view value) {
  std::string text;
  WipeOnExit wipe_text(text);
  text.reserve(kScheme.size() + value.size());
  text.append(kScheme).append(value);
  return Secret(text);
}

}  // namespace

AccessToken::AccessToken(std::string_view value, Moment requested_at, std::chrono::seconds life)
    : authorization_(bearer(value)), life_(life), expires_at_{requested_at.steady + life, requested_at.wall + life} {}

std::string_view AccessToken::text() const noexcept {
  const std::string_view all = authorization_.expose();  // empty when the token was moved from
  return all.substr(std::min(kScheme.size(), all.size()));
}

std::chrono::milliseconds AccessToken::left(Moment now) const noexcept {
  using std::chrono::milliseconds;
  return std::min(std::chrono::floor<milliseconds>(expires_at_.steady - now.steady),
                  std::chrono::floor<milliseconds>(expires_at_.wall - now.wall));
}

bool AccessToken::expired(Moment now, std::chrono::milliseconds slack) const noexcept {
  return now.steady + slack >= expires_at_.steady || now.wall + slack >= expires_at_.wall;
}

}  // namespace easypost_connect::internal
