// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/transport.hpp>

#include "auth/access_token.hpp"

namespace easypost_connect::internal {

/// The OAuth 2.0 client-credentials grant (RFC 6749, section 4.4): one request, one token. Thread-safe; keeps nothing.
class ClientCredentialsGrant {
 public:
  ClientCredentialsGrant(std::shared_ptr<Transport> transport, std::string token_url, OAuthClient client);

  [[nodiscard]] Result<AccessToken> fetch(Moment now, SteadyTime deadline, const CancellationToken& cancellation) const;

 private:
  [[nodiscard]] std::string form_body() const;

  std::shared_ptr<Transport> transport_;
  std::string token_url_;
  OAuthClient client_;
};

}  // namespace easypost_connect::internal
