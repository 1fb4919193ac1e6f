// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/error.hpp>
#include <easypost_connect/result.hpp>
#include <easypost_connect/transport.hpp>

#include "core/clock.hpp"
#include "token/access_token.hpp"

namespace easypost_connect::internal {

/// The attempt that an authorizer puts its credential on. A credential that is made for one attempt depends on these.
struct AttemptFacts {
  Method method;
  std::string_view url;  ///< absolute, with the query
  Moment now;
  const AccessToken& token;
};

/// Layer 2: puts `x-api-key` on an attempt.
class ApiKeyAuthorizer {
 public:
  explicit ApiKeyAuthorizer(Secret api_key) : api_key_(std::move(api_key)) {}

  Result<void> apply(const AttemptFacts& facts, CallContext& context) const;

 private:
  Secret api_key_;
};

/// Layer 3: puts `Authorization: Bearer` on an attempt, and says when a refusal deserves another token.
class BearerAuthorizer {
 public:
  /// Returns an Error if the token is empty: no call is sent without one.
  Result<void> apply(const AttemptFacts& facts, CallContext& context) const;

  /// Says whether the call deserves another token. A token can be revoked before it expires, so the first 401 of a call
  /// is worth a new one, and a second 401 is final. So is a 401 that speaks of the API key or the certificate: no other
  /// token would help.
  [[nodiscard]] bool wants_another_token(const Error& refusal, int refusals_before) const noexcept;
};

}  // namespace easypost_connect::internal
