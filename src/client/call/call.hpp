// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/transport.hpp>

#include "call/answer_error.hpp"
#include "call/authorizers.hpp"
#include "call/retry_policy.hpp"
#include "core/secrets.hpp"
#include "token/access_token.hpp"

namespace easypost_connect::internal {

/// The rules that every call of one client follows.
struct CallPolicies {
  ApiKeyAuthorizer api_key;
  BearerAuthorizer bearer;
  RetryPolicy retry;
  Secrets secrets{};  ///< all that the client holds; the token comes with the call
};

/// One call of the API, as decisions only: no I/O, no thread, no clock.
///
/// An engine looks at step(), does it, and reports what happened; the report leads to the next step. Both engines drive
/// the same object, so every rule exists once. Belongs to one engine at a time; `policies` and `request` must outlive
/// it.
class Call {
 public:
  enum class Step {
    kNeedToken,  ///< get a token (drop refused_token() first), then on_token()
    kTransmit,   ///< begin_attempt(), send request() with context(), then on_response()
    kPause,      ///< wait until resume_at(), then on_resume()
    kDone,       ///< take_result() (and drop refused_token())
  };

  /// Layers says which credentials the call carries as headers: all, or none, as a presigned upload does.
  enum class Layers { kAll, kNone };

  Call(const CallPolicies& policies, const Request& request, CallContext&& context, Layers layers = Layers::kAll)
      : policies_(policies),
        request_(request),
        context_(std::move(context)),
        deadline_(context_.deadline),
        layers_(layers),
        step_(first_step()) {}

  [[nodiscard]] Step step() const noexcept { return step_; }

  void on_token(Result<AccessToken> token, Moment now);
  void begin_attempt(SteadyTime now);
  void on_response(Result<Response> response, Moment now);
  void on_resume();
  /// The deadline passed before an attempt could begin.
  void on_too_late();
  /// The call goes no further: its caller, its deadline or the client's end interrupted a wait. No attempt is being
  /// transmitted then.
  void on_abandoned(Error error) noexcept;

  [[nodiscard]] const Request& request() const noexcept { return request_; }
  /// Returns the context, whose deadline is that of the attempt that was begun last.
  [[nodiscard]] const CallContext& context() const noexcept { return context_; }
  /// Returns the deadline of the whole call.
  [[nodiscard]] SteadyTime deadline() const noexcept { return deadline_; }
  /// Returns the number of the attempt under way or to come: 0 for the first.
  [[nodiscard]] int resend_count() const noexcept { return resend_count_; }
  /// Returns the token that the API refused to this call, if it did: it is to be dropped, so that others need not try
  /// it.
  [[nodiscard]] const std::optional<AccessToken>& refused_token() const noexcept { return refused_token_; }
  /// A call at kPause pauses until resume_at(), because of failure().
  [[nodiscard]] SteadyTime resume_at() const noexcept { return resume_at_; }
  [[nodiscard]] const Error& failure() const { return result_->error(); }
  /// Returns an Error about this call as its caller or an observer may see it.
  [[nodiscard]] Error without_secrets(Error error) const noexcept;
  [[nodiscard]] Result<Response> take_result() { return *std::move(result_); }

 private:
  [[nodiscard]] Step first_step() const noexcept {
    return layers_ == Layers::kAll ? Step::kNeedToken : Step::kTransmit;
  }
  [[nodiscard]] Result<void> authenticate(Moment now);
  [[nodiscard]] Secrets secrets() const;
  [[nodiscard]] TokensTried tokens_tried() const noexcept;
  [[nodiscard]] Error error_of(Response answer, Moment now) const;
  [[nodiscard]] bool can_be_sent_again() const noexcept;
  [[nodiscard]] bool once_whole() const noexcept;
  [[nodiscard]] bool may_be_doubled() const noexcept;
  void send_again() noexcept;
  void fail(Error error, Moment now);
  void end_with(Error error) noexcept;
  void finish(Result<Response> result) noexcept;

  const CallPolicies& policies_;
  const Request& request_;
  CallContext context_;
  const SteadyTime deadline_;
  const Layers layers_;
  Step step_;
  int attempts_ = 0;
  int resend_count_ = 0;
  bool transmitted_ = false;     // an attempt was made
  bool reached_server_ = false;  // and may have arrived
  bool handed_over_ = false;     // and may have arrived whole
  bool left_open_ = false;       // and nobody has said what became of it
  std::optional<AccessToken> token_;
  std::optional<AccessToken> refused_token_;
  SteadyTime resume_at_{};
  std::optional<Result<Response>> result_;
};

}  // namespace easypost_connect::internal
