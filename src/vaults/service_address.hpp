// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <easypost_connect/https_transport.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// Returns the first of these variables that is set and not empty; empty when none is.
std::string_view first_variable(std::initializer_list<const char*> names) noexcept;

/// Lets a transport go to the service at `url`, which `name` gave, such as "VAULT_ADDR": https, or plain http to this
/// machine itself. Anything else is an Error.
Result<void> allow_service(std::string_view name, std::string_view url, HttpsTransportOptions& transport);

}  // namespace easypost_connect::internal
