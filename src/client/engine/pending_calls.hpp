// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/client_options.hpp>
#include <easypost_connect/result.hpp>

#include "core/clock.hpp"
#include "engine/client_threads.hpp"

namespace easypost_connect::internal {

/// Counts the asynchronous calls of a client that have been accepted and have not ended, and holds their bound.
/// Thread-safe.
class PendingCalls : public std::enable_shared_from_this<PendingCalls> {
 public:
  /// One call is counted as long as its place exists.
  class Place {
   public:
    explicit Place(std::shared_ptr<PendingCalls> among) noexcept : among_(std::move(among)) {}
    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (among_) among_->leave();
    }

   private:
    std::shared_ptr<PendingCalls> among_;
  };

  PendingCalls(const AsyncOptions& options, std::shared_ptr<const ClientThreads> threads)
      : options_(options), threads_(std::move(threads)) {}

  /// Counts one call, or says why it cannot be accepted. When there is no room and options say so, waits for some until
  /// the deadline or the cancellation; never on a thread of the client.
  [[nodiscard]] Result<Place> enter(SteadyTime deadline, const CancellationToken& cancellation);

  /// Accepts no more.
  void close() noexcept;

 private:
  void leave() noexcept;
  [[nodiscard]] bool has_room() const noexcept { return closed_ || count_ < options_.max_pending; }

  const AsyncOptions options_;
  const std::shared_ptr<const ClientThreads> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  bool closed_ = false;
};

}  // namespace easypost_connect::internal
