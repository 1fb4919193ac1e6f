// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engine/io_loop.hpp"
#include "engine/io_threads.hpp"

namespace easypost_connect::internal {

/// Carries out any number of calls at once on one I/O thread, and the token requests of both engines. The thread begins
/// with the first of them. Thread-safe.
class MultiplexedEngine final : public TokenCarrier {
 public:
  /// `threads` gets the I/O thread if this is destroyed there.
  MultiplexedEngine(IoParts parts, std::unique_ptr<AsyncTransport> transport, std::shared_ptr<IoThreads> threads);
  /// Calls and token requests that are still there end with kCancelled.
  ~MultiplexedEngine() override;

  /// Takes calls that have been counted in. Throws std::system_error when the system has no thread to give, and takes
  /// none.
  void submit(AsyncCalls& calls);

  void carry(TokenRequest request, Outcome outcome) override;

  /// Makes a connection to the host of `context.url` for later calls, unless there is one. As carry().
  void open_connection(CallContext context, Outcome outcome);

 private:
  class Core;
  std::shared_ptr<IoThreads> threads_;
  std::shared_ptr<Core> core_;  // shared with the thread
  CancellationCallback client_ends_;
};

}  // namespace easypost_connect::internal
