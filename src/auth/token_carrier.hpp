// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "auth/client_credentials_grant.hpp"

namespace easypost_connect::internal {

/// Carries token requests over the network while those who need the token do something else: the multiplexed engine.
class TokenCarrier {
 public:
  /// Called once, with the answer or with why there is none.
  using Outcome = std::function<void(Result<Response>)>;

  TokenCarrier() = default;
  virtual ~TokenCarrier() = default;
  TokenCarrier(const TokenCarrier&) = delete;
  TokenCarrier& operator=(const TokenCarrier&) = delete;

  /// From any thread; comes back at once, and before `outcome` is called, on another thread. Throws std::system_error
  /// when the system has no thread to give.
  virtual void carry(TokenRequest request, Outcome outcome) = 0;
};

}  // namespace easypost_connect::internal
