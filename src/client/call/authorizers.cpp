// SPDX-License-Identifier: Apache-2.0
#include "call/authorizers.hpp"

#include "core/make_error.hpp"

namespace easypost_connect::internal {

Result<void> ApiKeyAuthorizer::apply(const AttemptFacts& /*facts*/, CallContext& context) const {
  context.credentials.push_back({"x-api-key", api_key_});
  return {};
}

Result<void> BearerAuthorizer::apply(const AttemptFacts& facts, CallContext& context) const {
  if (facts.token.text().empty()) {
    return make_error(ErrorCode::kTokenUnusable, Factor::kAccessToken, "The access token is empty.",
                      "Look at what gives the tokens: the token endpoint, or the store before it.");
  }
  context.credentials.push_back({"authorization", facts.token.authorization()});
  return {};
}

bool BearerAuthorizer::wants_another_token(const Error& refusal, int refusals_before) const noexcept {
  const bool of_another = refusal.factor == Factor::kApiKey || refusal.factor == Factor::kClientCertificate;
  return refusal.seen.http_status == 401 && refusals_before == 0 && !of_another;
}

}  // namespace easypost_connect::internal
