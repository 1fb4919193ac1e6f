// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/transport.hpp>

#include "auth/access_token.hpp"

namespace easypost_connect::internal {

/// Layer 3: puts `Authorization: Bearer` on a call, and says when a refusal deserves another token.
class BearerAuthorizer {
 public:
  void apply(CallContext& context, const AccessToken& token) const {
    context.credentials.push_back({"authorization", token.authorization()});
  }

  /// A token can be revoked before it expires, so the first 401 of a call is worth one new token; a second one is
  /// final.
  [[nodiscard]] bool wants_another_token(int status, int refusals_before) const noexcept {
    return status == 401 && refusals_before == 0;
  }
};

}  // namespace easypost_connect::internal
