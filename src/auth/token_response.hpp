// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

#include "auth/access_token.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// Life given to a token whose answer has no usable `expires_in` (RFC 6749, section 5.1 only recommends the field).
/// Short, because a wrong guess costs a refused call, and a needless refresh costs only a token request.
constexpr std::chrono::seconds kUnknownTokenLife{60};

/// No token is kept longer than this, whatever the server says.
constexpr std::chrono::seconds kLongestTokenLife{24 * 3600};

/// Turns an answer, whose body it wipes, into a token (RFC 6749, section 5.1; any 2xx) or into the Error that says what
/// is at fault: the OAuth client, its certificate, the request (section 5.2), the token URL or the service. Never puts
/// the answer's text into the Error, save what it says is wrong, without an echo of a secret and reduced to printable
/// ASCII. `client` and `token_url` are those of the request; `secrets` are those of the client.
Result<AccessToken> parse_token_response(Response response, Moment requested_at, const OAuthClient& client = {},
                                         std::string_view token_url = {}, const Secrets& secrets = {});

}  // namespace easypost_connect::internal
