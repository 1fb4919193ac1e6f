// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/transport.hpp>

#include "auth/access_token.hpp"
#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// One request for a token, ready to be sent.
struct TokenRequest {
  Secret form;  // what the body of the request is
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

  /// `asked_at` is when the life of the token begins.
  [[nodiscard]] Result<AccessToken> token(Result<Response> answer, Moment asked_at) const;

 private:
  [[nodiscard]] Secret form_body() const;
  [[nodiscard]] Result<AccessToken> read(Result<Response> answer, Moment asked_at) const;

  std::string token_url_;
  OAuthClient client_;
  Secrets secrets_;
};

}  // namespace easypost_connect::internal
