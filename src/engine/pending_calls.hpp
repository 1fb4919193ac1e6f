// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/client_options.hpp>
#include <easypost_connect/completion.hpp>
#include <easypost_connect/error.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Counts the asynchronous calls of a client that have been accepted and have not ended, holds their bound, and lets
/// its end wait for them. Thread-safe.
class PendingCalls {
 public:
  explicit PendingCalls(const AsyncOptions& options) : options_(options) {}

  /// Counts one call, or says why it cannot be accepted. When there is no room and options say so, waits for some until
  /// the deadline or the cancellation; never inside a completion.
  [[nodiscard]] std::optional<Error> enter(SteadyTime deadline, const CancellationToken& cancellation);

  void run(const Completion& completion, Result<Response> result) const noexcept;

  /// Nothing is left of a call.
  void leave() noexcept;

  /// This thread is inside run(): whatever waits for other calls here would wait for ever.
  [[nodiscard]] bool completing() const noexcept;

  /// Accepts no more, and waits until all have ended; inside a completion it does not wait.
  void close() noexcept;

 private:
  [[nodiscard]] bool has_room() const noexcept;

  const AsyncOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  bool closed_ = false;
};

}  // namespace easypost_connect::internal
