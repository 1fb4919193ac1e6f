// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <easypost_connect/cancellation.hpp>

namespace easypost_connect::internal {

/// Returns how many times fork() has led to this process since the library was first used: a child has one more than
/// its parent. Costs no system call.
unsigned fork_count() noexcept;

/// Returns a mutex that is held over fork(), so that in a child it is free and what it guards is whole. Keep it for a
/// few instructions only.
std::mutex& fork_safe_mutex() noexcept;

/// Keeps `object` for ever, in a child of fork(): its locks may be held by threads that exist in the parent only, and
/// closing its connections would end the parent's.
void abandon(std::shared_ptr<void> object) noexcept;

/// Returns the owner of this thread. Null stands for the host program.
const void* owner_of_this_thread() noexcept;

/// Starts a thread that no signal of the host program is delivered to: its handlers are to run on its own threads. The
/// thread belongs to `owner`, by default to the owner of the thread that starts it. Throws std::system_error when the
/// system has no thread to give.
std::thread guest_thread(std::function<void()> body, const void* owner = owner_of_this_thread());

// When exit() is called or main() returns, OpenSSL is taken down while other threads run, and a thread that uses it
// then crashes. Statics of the host program may be destroyed after that, and some are never destroyed.

/// Is cancelled at the end of this process, before OpenSSL is taken down.
[[nodiscard]] CancellationToken process_end();

/// Wraps `body` for a thread of the SDK's own: the end of the process waits for it, unless that takes too long.
[[nodiscard]] std::function<void()> awaited_by_exit(std::function<void()> body);

/// Tells whether this process, or the machine, has as many files open as it may; opens one to find out.
[[nodiscard]] bool no_descriptor_left() noexcept;

/// Keeps the library in memory when it is part of a plug-in that its host unloads. Code that gives OpenSSL functions to
/// call for good needs that.
void stay_loaded() noexcept;

}  // namespace easypost_connect::internal
