// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/transport.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// A request and its answer, on their way through an AsyncTransport. Whoever starts it keeps it, the request and the
/// context until it has been answered or aborted.
class Exchange {
 public:
  /// Calls share connections. A token request has one of its own, with another identity. A connection for later calls
  /// is opened without a request.
  enum class Purpose { kCall, kToken, kConnection };

  explicit Exchange(Purpose purpose) noexcept : purpose_(purpose) {}
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] virtual const Request& request() const noexcept = 0;
  [[nodiscard]] virtual const CallContext& context() const noexcept = 0;
  [[nodiscard]] Purpose purpose() const noexcept { return purpose_; }

  /// May end the exchange's life.
  virtual void on_answer(Result<Response> answer) noexcept = 0;

  void* in_transport = nullptr;  ///< the transport's own, while it has the exchange

 private:
  const Purpose purpose_;
};

/// The wire for an engine that has many requests under way on one thread. Only wake() may be called from another one.
class AsyncTransport {
 public:
  AsyncTransport() = default;
  virtual ~AsyncTransport() = default;
  AsyncTransport(const AsyncTransport&) = delete;
  AsyncTransport& operator=(const AsyncTransport&) = delete;

  /// The answer comes with Exchange::on_answer(), from within run(). Deadlines are the engine's business. An Error, or
  /// std::bad_alloc: it was not started.
  [[nodiscard]] virtual std::optional<Error> start(Exchange& exchange) = 0;

  /// Until when one that was started may go on: the deadline in its context, or later while bytes of a body move.
  [[nodiscard]] virtual SteadyTime end_of(const Exchange& exchange) const noexcept {
    return exchange.context().deadline;
  }

  /// Ends one that was started and not answered: on_answer() will not be called. The Error says what its deadline has
  /// cut off.
  virtual Error abort(Exchange& exchange) noexcept = 0;

  /// Carries on with all that is under way; comes back when something was answered, at wake(), or at `until`. Short of
  /// memory, it answers with that.
  virtual void run(SteadyTime until) noexcept = 0;

  /// Ends this run(), or the next one.
  virtual void wake() noexcept = 0;
};

}  // namespace easypost_connect::internal
