// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <easypost_connect/completion.hpp>
#include <easypost_connect/observer.hpp>

#include "call/call.hpp"
#include "engine/attempt_report.hpp"
#include "engine/pending_calls.hpp"
#include "token/token_provider.hpp"
#include "wire/async_transport.hpp"

namespace easypost_connect::internal {

class AsyncCall;
class IoLoop;
class SideAttempt;

/// Calls are in one list each, and go on by splicing: nothing is allocated, none is lost and none is twice.
using AsyncCalls = std::list<AsyncCall>;
using SideAttempts = std::list<SideAttempt>;

/// When a call has to be looked at again: the end of its pause, or its deadline.
using CallTimers = std::multimap<SteadyTime, AsyncCall*>;

/// An attempt that belongs to no call: a token request, or the opening of a connection ahead of its calls.
class SideAttempt final : public Attempt {
 public:
  /// Takes the answer, or the Error that says why there is none. It throws nothing.
  using Answered = std::function<void(Result<Response>)>;
  /// Is told whether the connection is open. It throws nothing.
  using Opened = std::function<void(Result<void>)>;

  /// A token request. `answered` keeps alive what `request` borrows.
  SideAttempt(Request request, CallContext context, Answered answered)
      : Attempt(Purpose::kToken),
        request_(std::move(request)),
        context_(std::move(context)),
        answered_(std::move(answered)) {}
  /// The opening of a connection.
  SideAttempt(CallContext context, Opened opened)
      : Attempt(Purpose::kConnection), context_(std::move(context)), opened_(std::move(opened)) {}

  [[nodiscard]] const Request& request() const noexcept override { return request_; }
  [[nodiscard]] const CallContext& context() const noexcept override { return context_; }
  void on_answer(Result<Response> answer) noexcept override;
  void on_connection(Result<void> opened) noexcept override;

 private:
  friend class IoLoop;

  void tell(Result<Response> answer) const { answered_(std::move(answer)); }
  void tell(Result<void> opened) const { opened_(std::move(opened)); }
  void tell(Error error) const {
    purpose() == Purpose::kToken ? answered_(std::move(error)) : opened_(std::move(error));
  }

  const Request request_;
  const CallContext context_;
  const Answered answered_;  // a token request's
  const Opened opened_;      // a connection's
  IoLoop* loop_ = nullptr;
  SideAttempts::iterator position_;
};

/// A call on its way through an IoLoop, to which all but the construction belongs. Owns all that it points to. With it
/// go the functions of its caller, and whatever they own: the client, perhaps.
class AsyncCall final : public Attempt {
 public:
  /// `owner` keeps `policies` and `tokens` alive.
  AsyncCall(std::shared_ptr<const void> owner, const CallPolicies& policies, TokenProvider& tokens, Request request,
            CallContext context, Completion completion, PendingCalls::Place place)
      : Attempt(Purpose::kCall),
        place_(std::move(place)),
        owner_(std::move(owner)),
        tokens_(tokens),
        completion_(std::move(completion)),
        request_(std::move(request)),
        call_(policies, request_, std::move(context)) {}

  [[nodiscard]] const Request& request() const noexcept override { return request_; }
  [[nodiscard]] const CallContext& context() const noexcept override { return call_.context(); }
  void on_answer(Result<Response> answer) noexcept override;

  /// Returns the completion of a call that was not even begun.
  [[nodiscard]] Completion take_completion() noexcept { return std::move(completion_); }

 private:
  friend class IoLoop;

  [[nodiscard]] const CancellationToken& cancellation() const noexcept { return request_.options.cancellation; }
  /// Tells the caller.
  void complete() noexcept { completion_(call_.take_result()); }

  const PendingCalls::Place place_;  // the last to go: nothing is left of the call then
  const std::shared_ptr<const void> owner_;
  TokenProvider& tokens_;
  Completion completion_;
  const Request request_;
  Call call_;
  IoLoop* loop_ = nullptr;
  AsyncCalls* list_ = nullptr;
  AsyncCalls::iterator position_;
  CallTimers::iterator timer_;
  std::optional<AttemptReport> report_;  // only if somebody observes
  SteadyTime attempt_start_{};
  std::optional<CancellationCallback> wake_on_cancel_;
};

/// An IoLoop works with a LoopScope, which owns its share of it all: the client may end before the loop.
struct LoopScope {
  std::shared_ptr<const void> retirement;  ///< kept until nothing is left of the loop
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<Observer> observer;  ///< may be null
  std::size_t max_in_flight;
};

/// Carries out many calls on one thread: what a multiplexed engine does between two waits, and the wait. One thread at
/// a time.
class IoLoop {
 public:
  /// `wake_for_cancel` is called on any thread when a call was cancelled.
  IoLoop(LoopScope scope, std::unique_ptr<AsyncTransport> transport, std::function<void()> wake_for_cancel);

  void add(AsyncCalls calls) noexcept;
  void add(SideAttempts side_attempts) noexcept;

  /// Asks for their tokens again, for the calls that wait for one.
  void look_for_tokens() noexcept;
  /// Ends the calls that their callers do not want any more.
  void end_cancelled() noexcept;
  /// All calls and token requests end with this.
  void end_all(const Error& error) noexcept;
  /// Destroys the transport, on the thread that used it. Nothing may be done any more.
  void close() noexcept { transport_.reset(); }

  /// Does what time has come for, and starts what there is room for.
  void advance() noexcept;
  /// Waits until there is something to do.
  void run() noexcept;
  /// Runs the completions of the calls that have ended.
  void complete() noexcept;

  void wake() noexcept { transport_->wake(); }

 private:
  friend class AsyncCall;
  friend class SideAttempt;

  template <typename Work>
  void step(AsyncCall& call, const Work& work) noexcept;
  void give_up(AsyncCall& call) noexcept;
  void finish(AsyncCall& call) noexcept;
  void drive(AsyncCall& call);
  void drop_refused_token(const AsyncCall& call);
  void take_token(AsyncCall& call);
  void answered(AsyncCall& call, Result<Response> answer) noexcept;
  template <typename Outcome>
  void ended(SideAttempt& side_attempt, Outcome outcome) noexcept;
  void timed_out(AsyncCall& call, SteadyTime now);
  void end(AsyncCall& call, const Error& error) noexcept;
  void end_all_in(AsyncCalls& calls, const Error& error, bool only_cancelled) noexcept;
  void start_attempt(AsyncCall& call);
  [[nodiscard]] Result<void> start(Attempt& attempt) noexcept;
  [[nodiscard]] SteadyTime next_time() const noexcept;
  void move(AsyncCall& call, AsyncCalls& to) noexcept;
  void set_timer(AsyncCall& call, SteadyTime when);

  const LoopScope scope_;
  std::unique_ptr<AsyncTransport> transport_;
  const std::function<void()> wake_for_cancel_;
  AsyncCalls without_token_;
  AsyncCalls ready_;         // the calls to be sent, in the order they came
  AsyncCalls transmitting_;  // the transport has them
  AsyncCalls pausing_;
  AsyncCalls done_;
  CallTimers timers_;  // the timers of all calls but those in done_
  SideAttempts side_attempts_;
};

}  // namespace easypost_connect::internal
