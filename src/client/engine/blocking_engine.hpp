// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <easypost_connect/observer.hpp>

#include "call/call.hpp"
#include "token/token_provider.hpp"

namespace easypost_connect::internal {

/// Carries out a Call on the caller's own thread. Holds no state: any number of threads may run calls at once.
class BlockingEngine {
 public:
  /// All must outlive the engine; `observer` may be null.
  BlockingEngine(Transport& transport, TokenProvider& tokens, const Clock& clock, Observer* observer)
      : transport_(transport), tokens_(tokens), clock_(clock), observer_(observer) {}

  [[nodiscard]] Result<Response> run(Call& call) const;

 private:
  /// Takes one step. Short of memory, the call ends.
  void advance(Call& call) const;
  void drop_refused_token(const Call& call) const;
  [[nodiscard]] Result<AccessToken> token_for(const Call& call) const;
  [[nodiscard]] Result<Response> transmit(Call& call) const;
  [[nodiscard]] Result<Response> send(const Call& call) const;
  void pause(Call& call) const;

  Transport& transport_;
  TokenProvider& tokens_;
  const Clock& clock_;
  Observer* observer_;
};

}  // namespace easypost_connect::internal
