// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>

namespace easypost_connect::internal {

/// A thread that no signal of the host program is delivered to: its handlers are to run on its own threads. Throws
/// std::system_error when the system has no thread to give.
std::thread guest_thread(std::function<void()> body);

}  // namespace easypost_connect::internal
