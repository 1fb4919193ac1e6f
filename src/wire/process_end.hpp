// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <easypost_connect/cancellation.hpp>

namespace easypost_connect::internal {

// exit(), and the return of main(), take OpenSSL down while other threads run, and whoever uses it then crashes.
// Statics of the host program may be destroyed after that, and some are never destroyed.

/// Cancelled at the end of this process, before OpenSSL is taken down.
[[nodiscard]] CancellationToken process_end();

/// Runs `body`, for a thread of the SDK's own: the end of the process waits for it, unless that takes too long.
[[nodiscard]] std::function<void()> awaited_by_exit(std::function<void()> body);

/// For code that gives OpenSSL functions to call for good: a plug-in that this library is part of stays in memory when
/// its host unloads it.
void stay_loaded() noexcept;

}  // namespace easypost_connect::internal
