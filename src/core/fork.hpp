// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>

namespace easypost_connect::internal {

/// Which process this is, seen from the one that first used the library: changes in a child of fork(). Costs no system
/// call.
unsigned process_generation() noexcept;

/// Held over fork(), so that in a child it is free and what it guards is whole. Keep it for a few instructions only.
std::mutex& fork_safe_mutex() noexcept;

/// Keeps `object` for ever, in a child of fork(): its locks may be held by threads that exist in the parent only, and
/// closing its connections would end the parent's.
void abandon(std::shared_ptr<void> object) noexcept;

}  // namespace easypost_connect::internal
