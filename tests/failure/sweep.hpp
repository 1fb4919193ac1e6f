// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "failing_memory.hpp"

namespace easypost_connect::test_support {

/// Runs `tested`, which assigns what came of it, while its nth allocation fails. True: it came so far.
bool with_failing_memory(FailingMemory::Thread thread, long nth, const std::function<void()>& tested);

/// Runs a scenario with the first allocation failing, then the second, until it says that there was none left to fail;
/// `stride` leaves out what is between. What it leaves behind in memory is a failure, and so is what does not end.
void sweep(const std::function<bool(long nth)>& scenario, long stride = 1);

}  // namespace easypost_connect::test_support
