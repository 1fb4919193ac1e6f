// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <easypost_connect/client_options.hpp>

#include "doctor/step.hpp"
#include "token_source.hpp"

namespace easypost_connect::tool {

/// Opens one connection to the API as a call would, and says how far it came: the steps dns, tcp, tls and client
/// certificate. To learn whether the certificate was accepted it takes one GET of `url`, because TLS 1.3 lets a server
/// refuse it after the handshake; that request carries neither API key nor token.
[[nodiscard]] std::vector<Step> check_connection(const ClientOptions& options, const IdentityPtr& identity,
                                                 const std::string& url);

}  // namespace easypost_connect::tool
