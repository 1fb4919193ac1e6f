// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace easypost_connect::sandbox {

/// A new credential with 128 random bits. All of them begin with
/// "sandbox-secret", so that a leak is found by a search for that.
std::string random_secret();

/// A random UUID (version 4, RFC 9562): the identity of a job or of a request, and no secret.
std::string random_uuid();

/// Compares in a time that does not tell where the two differ (it does tell their lengths).
bool same_secret(std::string_view a, std::string_view b) noexcept;

}  // namespace easypost_connect::sandbox
