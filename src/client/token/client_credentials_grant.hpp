// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/secret.hpp>
#include <easypost_connect/transport.hpp>

#include "core/secrets.hpp"
#include "token/access_token.hpp"

namespace easypost_connect::internal {

/// One request for a token, ready to be sent.
struct TokenRequest {
  Secret form;  // the body of the request
  Request request;
  CallContext context;
};

/// The OAuth 2.0 client-credentials grant (RFC 6749, section 4.4): one request, one token. Says what is asked, and
/// reads what is answered; sends nothing. Thread-safe.
class ClientCredentialsGrant {
 public:
  /// `secrets` are all that the client holds: no Error shows one.
  ClientCredentialsGrant(std::string token_url, OAuthClient client, Secrets secrets = {});

  [[nodiscard]] TokenRequest request(SteadyTime deadline) const;

  /// Reads the answer to a request. The life of the token begins at `asked_at`. Short of memory, it says so.
  [[nodiscard]] Result<AccessToken> token(Result<Response> answer, Moment asked_at) const noexcept;

 private:
  [[nodiscard]] Secret form_body() const;
  [[nodiscard]] Result<AccessToken> read(Result<Response> answer, Moment asked_at) const;

  std::string token_url_;
  OAuthClient client_;
  Secrets secrets_;
};

/// Takes the token out of the JSON answer of a token endpoint before a parser sees it, whose copies nobody wipes.
/// Returns the text of `access_token` at the top, empty when there is none, and overwrites it in `json` with as many
/// letters, as it does with each text whose name ends in "token" (refresh_token, id_token, those of an object inside).
[[nodiscard]] Secret take_token(std::string& json);

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
