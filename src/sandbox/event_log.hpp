// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string_view>

#include <easypost_connect/sandbox.hpp>

namespace easypost_connect::sandbox {

/// EventLog counts and logs what happens. Thread-safe.
class EventLog {
 public:
  using Sink = std::function<void(std::string_view)>;

  explicit EventLog(Sink sink) : sink_(std::move(sink)) {}

  /// Adds one; returns the new value.
  std::size_t count(std::size_t SandboxCounters::*counter) noexcept;
  [[nodiscard]] SandboxCounters counters() const noexcept;

  /// Hands a line to the sink, one at a time. Control characters become '?': a client chose part of the text, and a
  /// terminal will show it. A sink that throws loses its line, because the callers include C callbacks.
  void write(SandboxHost host, std::string_view text) noexcept;

 private:
  mutable std::mutex counting_;
  SandboxCounters counters_;
  std::mutex writing_;  // not mutex_, so that a sink may ask for the counters
  Sink sink_;
};

}  // namespace easypost_connect::sandbox
