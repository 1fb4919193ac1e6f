// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace easypost_connect::internal {

/// A number in [0, 1) that spreads clients over time. Given to the policies, so that tests decide it.
using Jitter = double (*)();

/// Differs from thread to thread, from process to process, also after fork(), and from call to call; not for secrets.
double random_jitter();

}  // namespace easypost_connect::internal
