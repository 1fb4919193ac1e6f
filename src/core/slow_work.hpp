// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <easypost_connect/cancellation.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Runs `work`, which the system may hold up for as long as it likes (a file on a mount that does not answer), on a
/// thread of its own, and waits for its end. False: `until` came first, or the token was cancelled; the thread then
/// ends with the work, whenever that is, so that `work` has to share what it touches. What it throws is its end, too.
/// Throws std::system_error when the system has no thread to give.
[[nodiscard]] bool finish_slow_work(std::function<void()> work, SteadyTime until,
                                    const CancellationToken& cancellation);

}  // namespace easypost_connect::internal
