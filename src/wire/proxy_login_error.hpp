// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/error.hpp>

#include "wire/proxy_error.hpp"

namespace easypost_connect::internal {

/// The proxy wants to know its user (407), and was told nothing, something else, or in a way that it does not take.
Error proxy_login_error(const ProxyEvidence& proxy);

/// The same of a SOCKS proxy, which does not say what it takes.
Error socks_login_error(const ProxyEvidence& proxy);

}  // namespace easypost_connect::internal
