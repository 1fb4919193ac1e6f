// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>

#include "auth/token_carrier.hpp"
#include "wire/async_transport.hpp"

namespace easypost_connect::internal {

class IoLoop;
class Errand;
using Errands = std::list<Errand>;

/// What an IoLoop does that is no call itself: a token request; a connection that is opened ahead of its calls.
class Errand final : public Exchange {
 public:
  using Outcome = TokenCarrier::Outcome;

  Errand(TokenRequest token, Outcome outcome)
      : Exchange(Purpose::kToken), token_(std::move(token)), outcome_(std::move(outcome)) {}
  Errand(CallContext connection, Outcome outcome) : Exchange(Purpose::kConnection), outcome_(std::move(outcome)) {
    token_.context = std::move(connection);
  }

  [[nodiscard]] const Request& request() const noexcept override { return token_.request; }
  [[nodiscard]] const CallContext& context() const noexcept override { return token_.context; }
  void on_answer(Result<Response> answer) noexcept override;

 private:
  friend class IoLoop;

  TokenRequest token_;  // of a connection: only the context
  const Outcome outcome_;
  IoLoop* loop_ = nullptr;
  Errands::iterator position_;
};

}  // namespace easypost_connect::internal
