// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace easypost_connect::lives::trace {

/// Prints the trace when a sanitizer, a signal or std::terminate() ends the process.
void install() noexcept;

/// Begins the trace of a round, which has to be at its end within the patience of the watchdog.
void begin(std::uint64_t seed) noexcept;

/// Adds a line: a step that was taken. May be called from any thread.
void note(std::string_view line) noexcept;

/// Prints why the round failed, its seed and the steps taken, and ends the process with 1.
[[noreturn]] void fail(std::string_view why) noexcept;

}  // namespace easypost_connect::lives::trace
