// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include <easypost_connect/cancellation.hpp>
#include <easypost_connect/error.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// When the watching thread looks at the credentials: how long each pause between two looks is, and the wait for its
/// end. Thread-safe.
class LookSchedule {
 public:
  using Pause = std::chrono::milliseconds;

  /// `watch_interval` is that of ReloadOptions. Zero: nobody looks until answered() says so.
  explicit LookSchedule(Pause watch_interval);

  /// The source has given credentials that are in use now. The next pause begins.
  void answered(std::optional<std::chrono::seconds> look_again_after);
  /// The source has failed, or gave credentials that cannot be used. The next pause begins; it grows from failure to
  /// failure. Returns whether the failure differs from the one before, as far as its text tells.
  [[nodiscard]] bool failed(const Error& error);
  /// The look came to nothing, because a reload was under way. The next one follows soon.
  void postponed();

  /// Returns the pause that comes next; nothing: nobody looks.
  [[nodiscard]] std::optional<Pause> pause() const;
  /// Waits for the end of the pause, and begins the next one then. Returns false when `end` was cancelled.
  [[nodiscard]] bool wait(const CancellationToken& end);

 private:
  void begin(Pause pause);

  const Pause watch_interval_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Pause> usual_;     // the pause between two looks that succeed
  std::optional<Pause> next_;      // the one under way, or the one that wait() begins
  std::optional<SteadyTime> due_;  // the end of the pause under way
  int failures_ = 0;               // the number of failures in a row
  std::string failure_;            // the text of the last one
};

}  // namespace easypost_connect::internal
