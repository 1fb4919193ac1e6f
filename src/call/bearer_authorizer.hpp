// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/error.hpp>
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
  /// final. So is one that speaks of the API key or the certificate: no other token would help.
  [[nodiscard]] bool wants_another_token(const Error& refusal, int refusals_before) const noexcept {
    const bool of_another = refusal.factor == Factor::kApiKey || refusal.factor == Factor::kClientCertificate;
    return refusal.seen.http_status == 401 && refusals_before == 0 && !of_another;
  }
};

}  // namespace easypost_connect::internal
