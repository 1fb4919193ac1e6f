// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/transport.hpp>

#include "auth/access_token.hpp"
#include "call/api_key_injector.hpp"
#include "call/bearer_authorizer.hpp"
#include "call/retry_policy.hpp"

namespace easypost_connect::internal {

/// The rules that every call of one client follows.
struct CallPolicies {
  ApiKeyInjector api_key;
  BearerAuthorizer bearer;
  RetryPolicy retry;
};

/// One call of the API, as decisions only: no I/O, no thread, no clock.
///
/// An engine looks at step(), does it, and reports what happened; the report leads to the next step. Both engines drive the same
/// object, so every rule exists once. Belongs to one engine at a time; `policies` and `request` must outlive it.
class Call {
 public:
  enum class Step {
    kNeedToken,  ///< get a token (drop refused_token() first), then on_token()
    kTransmit,   ///< send request() with context(), then on_response()
    kPause,      ///< wait until resume_at(), then on_resume()
    kDone,       ///< take_result()
  };

  Call(const CallPolicies& policies, const Request& request, CallContext context)
      : policies_(policies), request_(request), context_(std::move(context)) {}

  [[nodiscard]] Step step() const noexcept { return step_; }

  void on_token(Result<AccessToken> token);
  void on_response(Result<Response> response, Moment now);
  void on_resume();

  [[nodiscard]] const Request& request() const noexcept { return request_; }
  [[nodiscard]] const CallContext& context() const noexcept { return context_; }
  /// kNeedToken: the token that the API refused to this call, if it did.
  [[nodiscard]] const std::optional<AccessToken>& refused_token() const noexcept { return refused_token_; }
  [[nodiscard]] SteadyTime resume_at() const noexcept { return resume_at_; }
  [[nodiscard]] Result<Response> take_result() { return *std::move(result_); }

 private:
  void authenticate(const AccessToken& token);
  void finish(Result<Response> result);

  const CallPolicies& policies_;
  const Request& request_;
  CallContext context_;
  Step step_ = Step::kNeedToken;
  std::optional<AccessToken> token_;
  std::optional<AccessToken> refused_token_;
  SteadyTime resume_at_{};
  std::optional<Result<Response>> result_;
};

}  // namespace easypost_connect::internal
