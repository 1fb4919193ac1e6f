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
class MultiplexedEngine final : public std::enable_shared_from_this<MultiplexedEngine> {
 public:
  /// `end` is the end of the client: it stops the engine.
  MultiplexedEngine(LoopScope scope, std::unique_ptr<AsyncTransport> transport, std::shared_ptr<ClientThreads> threads,
                    const CancellationToken& end);

  /// Takes calls that have been counted in. An Error: it has taken none.
  [[nodiscard]] Result<void> submit(AsyncCalls& calls) noexcept;

  /// Sends a token request, on a connection of its own. `answered` keeps alive what the request borrows; it is called
  /// on the I/O thread, or dropped after stop(). Throws std::system_error when the system gives no thread.
  void send_token_request(Request request, CallContext context, SideAttempt::Answered answered);

  /// Makes a connection to the host of `context.url` for later calls, unless there is one. `opened` is called as above.
  void open_connection(CallContext context, SideAttempt::Opened opened);

  /// Has the calls that wait for a token ask for it again, on the I/O thread.
  void look_for_tokens() noexcept;

  /// Ends the thread. Calls and token requests that are still there end with kCancelled on it. Waits for nothing, so
  /// that it may be called there too.
  void stop() noexcept;

 private:
  /// Other threads leave Orders here, and the I/O thread takes them out.
  struct Orders {
    AsyncCalls calls;
    SideAttempts side_attempts;
    bool look_for_tokens = false;
    bool look_for_cancelled = false;
    bool stop = false;
  };

  void start(SideAttempts& side_attempt);
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
