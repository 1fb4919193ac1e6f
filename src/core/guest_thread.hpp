// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>

namespace easypost_connect::internal {

/// Whom this thread belongs to. Null: to the host program.
const void* owner_of_this_thread() noexcept;

/// A thread that no signal of the host program is delivered to: its handlers are to run on its own threads. The thread
/// belongs to `owner`, or to whom the one belongs that starts it. Throws std::system_error when the system has no
/// thread to give.
std::thread guest_thread(std::function<void()> body, const void* owner = owner_of_this_thread());

}  // namespace easypost_connect::internal
