// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "failing_memory.hpp"

namespace easypost_connect::test_support {

/// Runs `tested`, which keeps its own outcome, while its nth allocation fails. Returns false if it made fewer.
bool with_failing_memory(FailingMemory::Thread thread, long nth, const std::function<void()>& tested);

/// Runs `scenario` with its first allocation failing, then with the one `stride` later, until it returns false: there
/// was none left to fail. Fails the test if memory is left behind; ends the process if a run hangs.
void sweep(const std::function<bool(long nth)>& scenario, long stride = 1);

}  // namespace easypost_connect::test_support
