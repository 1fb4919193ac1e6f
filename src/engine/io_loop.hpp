// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include <easypost_connect/observer.hpp>

#include "auth/client_credentials_token_provider.hpp"
#include "engine/async_call.hpp"
#include "engine/errand.hpp"

namespace easypost_connect::internal {

/// What an IoLoop works with. It owns its share: the client may end before it.
struct IoParts {
  std::shared_ptr<const void> retirement;  ///< kept until nothing is left of the loop
  std::shared_ptr<ClientCredentialsTokenProvider> tokens;
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<Observer> observer;  ///< may be null
  std::size_t max_in_flight;
};

/// Carries out many calls on one thread: what a multiplexed engine does between two waits, and the wait. One thread at
/// a time.
class IoLoop {
 public:
  /// `carrier` brings token requests to add(). `wake_for_cancel` is called on any thread when a call was cancelled.
  IoLoop(IoParts parts, std::unique_ptr<AsyncTransport> transport, TokenCarrier& carrier,
         std::function<void()> wake_for_cancel);

  void add(AsyncCalls calls) noexcept;
  void add(Errands errands) noexcept;

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
  friend class Errand;

  template <typename Work>
  void step(AsyncCall& call, const Work& work) noexcept;
  void give_up(AsyncCall& call) noexcept;
  void finish(AsyncCall& call) noexcept;
  void drive(AsyncCall& call);
  void drop_refused_token(const AsyncCall& call);
  void take_token(AsyncCall& call);
  void answered(AsyncCall& call, Result<Response> answer) noexcept;
  void landed(Errand& errand, Result<Response> answer) noexcept;
  void timed_out(AsyncCall& call, SteadyTime now);
  void end(AsyncCall& call, const Error& error) noexcept;
  void end_all_in(AsyncCalls& calls, const Error& error, bool only_cancelled) noexcept;
  void start_attempt(AsyncCall& call);
  [[nodiscard]] std::optional<Error> start(Exchange& exchange) noexcept;
  [[nodiscard]] SteadyTime next_time() const noexcept;
  void move(AsyncCall& call, AsyncCalls& to) noexcept;
  void set_timer(AsyncCall& call, SteadyTime when);

  const IoParts parts_;
  std::unique_ptr<AsyncTransport> transport_;
  TokenCarrier& carrier_;
  const std::function<void()> wake_for_cancel_;
  AsyncCalls without_token_;
  AsyncCalls ready_;      // to be sent, in the order they came
  AsyncCalls in_flight_;  // the transport has them
  AsyncCalls pausing_;
  AsyncCalls done_;
  CallTimers timers_;  // of all but those that are done
  Errands errands_;
};

}  // namespace easypost_connect::internal
