// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

#include "auth/access_token.hpp"

namespace easypost_connect::internal {

/// Life given to a token whose answer has no usable `expires_in` (RFC 6749, section 5.1 only recommends the field).
/// Short, because a wrong guess costs a refused call, and a needless refresh costs only a token request.
constexpr std::chrono::seconds kUnknownTokenLife{60};

/// No token is kept longer than this, whatever the server says.
constexpr std::chrono::seconds kLongestTokenLife{24 * 3600};

/// Turns the answer of a token endpoint into a token (RFC 6749, section 5.1) or into the Error that says which of the
/// OAuth client, the request or the service is at fault (section 5.2). Never puts the answer's text into the Error,
/// save the error code and the description, both without an echo of `client_secret` and reduced to printable ASCII.
Result<AccessToken> parse_token_response(const Response& response, Moment requested_at,
                                         const Secret& client_secret = {});

}  // namespace easypost_connect::internal
