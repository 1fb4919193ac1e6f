// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "wire/async_transport.hpp"
#include "wire/buffered_bodies.hpp"

namespace easypost_connect::internal {

/// Makes an AsyncTransport of one that blocks, as ClientOptions::transport does: each exchange has a thread to itself.
/// Meant for tests of code that uses the client, where simple counts more than fast.
class ThreadPerExchange final : public AsyncTransport {
 public:
  explicit ThreadPerExchange(std::shared_ptr<Transport> transport) : transport_(std::move(transport)) {}
  /// Cancels what is under way, and waits for its end.
  ~ThreadPerExchange() override;

  [[nodiscard]] std::optional<Error> start(Exchange& exchange) override;
  Error abort(Exchange& exchange) noexcept override;
  void run(SteadyTime until) noexcept override;
  void wake() noexcept override;

 private:
  /// The transport may use request and context after the exchange was aborted, so these are copies; and the caller's
  /// functions are not called then, so that is done by the thread of run().
  struct Job {
    explicit Job(Exchange& of) : exchange(&of), context(of.context()) { context.cancellation = cancellation.token(); }

    Exchange* exchange;  // null: aborted
    BufferedRequest request;
    CallContext context;
    CancellationSource cancellation;
    std::thread thread;
    std::optional<Result<Response>> answer;  // guarded by the mutex; the last that the thread writes
  };

  [[nodiscard]] Result<Response> send(const Job& job) noexcept;
  void answer(Job& job, Result<Response> answer) noexcept;

  std::shared_ptr<Transport> transport_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  int answered_ = 0;  // jobs that have an answer which nobody has taken
  std::list<Job> jobs_;
};

}  // namespace easypost_connect::internal
