// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <easypost_connect/response.hpp>

namespace easypost_connect::internal {

/// What an answer outside 2xx holds against the client certificate, as half a sentence ("it has expired"); nothing when
/// it does not speak of it.
///
/// Many gateways end the handshake well and refuse the certificate afterwards: nginx with 400 and a page of its own
/// (measured: 1.22, `ssl_verify_client`), or, as nginx, HAProxy, IIS and Kong can be configured, with 401 or 403 and
/// words of the gateway's owner.
std::optional<std::string> certificate_complaint(const Response& response);

}  // namespace easypost_connect::internal
