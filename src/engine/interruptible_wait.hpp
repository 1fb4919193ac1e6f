// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/cancellation.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// Sleeps until `end`, or until the token is cancelled: then true.
bool wait_until(SteadyTime end, const CancellationToken& cancellation);

}  // namespace easypost_connect::internal
