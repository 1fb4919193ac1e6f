// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/transport.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// One request and its answer while an AsyncTransport carries it. Whoever starts an attempt keeps it, its request
/// and its context alive until it was answered or aborted.
class Attempt {
 public:
  /// Attempts of calls share connections. An attempt for a token has a connection of its own, with another identity. An
  /// attempt for a connection opens one for later calls and sends no request.
  enum class Purpose { kCall, kToken, kConnection };

  explicit Attempt(Purpose purpose) noexcept : purpose_(purpose) {}
  virtual ~Attempt() = default;
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  [[nodiscard]] virtual const Request& request() const noexcept = 0;
  [[nodiscard]] virtual const CallContext& context() const noexcept = 0;
  [[nodiscard]] Purpose purpose() const noexcept { return purpose_; }

  /// Takes the answer. The attempt's life may end within.
  virtual void on_answer(Result<Response> answer) noexcept = 0;
  /// Takes the outcome of an attempt of Purpose::kConnection, which has no answer. The attempt's life may end within.
  virtual void on_connection(Result<void> /*opened*/) noexcept {}

  void* in_transport = nullptr;  ///< belongs to the transport while it has the attempt

 private:
  const Purpose purpose_;
};

/// Carries many requests at once for an engine that runs on one thread. Only wake() may be called from another thread.
class AsyncTransport {
 public:
  AsyncTransport() = default;
  virtual ~AsyncTransport() = default;
  AsyncTransport(const AsyncTransport&) = delete;
  AsyncTransport& operator=(const AsyncTransport&) = delete;

  /// Starts `attempt`. Its answer comes with Attempt::on_answer(), from within run(). The engine watches the deadline.
  /// An attempt was not started if this fails or throws std::bad_alloc.
  [[nodiscard]] virtual Result<void> start(Attempt& attempt) = 0;

  /// Returns until when an attempt that was started may go on: the deadline in its context, or later while bytes of a
  /// body move.
  [[nodiscard]] virtual SteadyTime end_of(const Attempt& attempt) const noexcept { return attempt.context().deadline; }

  /// Ends an attempt that was started and not answered; on_answer() will not be called. The Error says what the attempt
  /// was doing when its deadline came.
  virtual Error abort(Attempt& attempt) noexcept = 0;

  /// Carries on with all attempts that are under way. Returns when one was answered, at wake(), or at `until`. When
  /// memory runs out, the attempts are answered with that error.
  virtual void run(SteadyTime until) noexcept = 0;

  /// Ends the run() that is under way, or the next one.
  virtual void wake() noexcept = 0;
};

}  // namespace easypost_connect::internal
