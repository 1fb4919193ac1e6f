// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "engine/client_threads.hpp"
#include "engine/io_loop.hpp"

namespace easypost_connect::internal {

/// Carries out any number of calls at once on one I/O thread, and the token requests of both engines. The thread begins
/// with the first of them, and owns the engine until its end. Thread-safe.
class MultiplexedEngine final : public TokenCarrier, public std::enable_shared_from_this<MultiplexedEngine> {
 public:
  /// `end` is the end of the client: it stops the engine.
  MultiplexedEngine(IoParts parts, std::unique_ptr<AsyncTransport> transport, std::shared_ptr<ClientThreads> threads,
                    const CancellationToken& end);

  /// Takes calls that have been counted in. An Error: it has taken none.
  [[nodiscard]] std::optional<Error> submit(AsyncCalls& calls) noexcept;

  /// After stop() it drops the request: whoever waits for the token has been cancelled.
  void carry(TokenRequest request, Outcome outcome) override;

  /// Makes a connection to the host of `context.url` for later calls, unless there is one. As carry().
  void open_connection(CallContext context, Outcome outcome);

  /// Ends the thread. Calls and token requests that are still there end with kCancelled on it. Waits for nothing, so
  /// that it may be called there too.
  void stop() noexcept;

 private:
  /// What other threads leave here and the I/O thread takes out.
  struct Orders {
    AsyncCalls calls;
    Errands errands;
    bool look_for_cancelled = false;
    bool stop = false;
  };

  void run(Errands& errand);
  void look_for_cancelled();
  void start_thread();
  void wake_once() noexcept;
  void work() noexcept;
  [[nodiscard]] bool take_orders() noexcept;
  void turn() noexcept;

  const std::shared_ptr<ClientThreads> threads_;
  IoLoop loop_;  // the thread's own, but for wake()
  std::mutex mutex_;
  Orders orders_;
  bool looks_soon_ = false;  // the thread will look at the orders without being woken
  bool has_thread_ = false;
  const CancellationCallback client_ends_;
};

}  // namespace easypost_connect::internal
