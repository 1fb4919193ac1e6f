// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/credentials.hpp>
#include <easypost_connect/response.hpp>

#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// What came back from a token endpoint, who had asked, and where: an Error can then say what to change.
struct TokenAnswer {
  const Response& response;
  const OAuthClient& client;
  std::string_view token_url;
  Secrets secrets = {};  ///< of the client, and the token if there is one in it

  [[nodiscard]] bool is_success() const noexcept { return response.status >= 200 && response.status < 300; }

  /// 401 with a challenge of RFC 6750, which an API makes and no token endpoint.
  [[nodiscard]] bool asks_for_a_token() const;

  /// What the other side says of itself (RFC 6749, appendix A.7 and A.8), as it may stand in a message.
  [[nodiscard]] std::string quotable(std::string_view text) const { return secrets.quotable(text, 200); }
};

}  // namespace easypost_connect::internal
