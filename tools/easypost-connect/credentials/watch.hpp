// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "credential_look.hpp"

namespace easypost_connect::tool {

/// Has SIGINT and SIGTERM wait until watch_credentials() takes them. Call it before a thread is there.
void hold_back_signals();

/// Looks again and again, and prints what changes, until SIGINT or SIGTERM comes; returns the exit code. The pause is
/// the one that the source asks for, or `interval` if that is shorter; zero: there is no other. A first look that fails
/// is the end.
[[nodiscard]] int watch_credentials(const std::function<CredentialLook()>& look, std::chrono::seconds interval,
                                    bool json);

}  // namespace easypost_connect::tool
