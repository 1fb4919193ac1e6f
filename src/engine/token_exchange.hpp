// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>

#include "auth/token_carrier.hpp"
#include "transport/async_transport.hpp"

namespace easypost_connect::internal {

class IoLoop;
class TokenExchange;
using TokenExchanges = std::list<TokenExchange>;

/// A token request on its way through an IoLoop.
class TokenExchange final : public Exchange {
 public:
  TokenExchange(TokenRequest token, TokenCarrier::Outcome outcome)
      : Exchange(Purpose::kToken), token_(std::move(token)), outcome_(std::move(outcome)) {}

  [[nodiscard]] const Request& request() const noexcept override { return token_.request; }
  [[nodiscard]] const CallContext& context() const noexcept override { return token_.context; }
  void on_answer(Result<Response> answer) override;

 private:
  friend class IoLoop;

  const TokenRequest token_;
  const TokenCarrier::Outcome outcome_;
  IoLoop* loop_ = nullptr;
  TokenExchanges::iterator position_;
};

}  // namespace easypost_connect::internal
