// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/error.hpp>

namespace easypost_connect::internal {

struct FailedTransfer;

/// When the handshake says for certain that the client certificate was refused, demanded, or could not be shown.
[[nodiscard]] std::optional<Error> certificate_error(const FailedTransfer& failed);

/// When the client certificate *may* be the reason: says in `error` what it can be, likeliest first.
void consider_certificate(const FailedTransfer& failed, Error& error);

}  // namespace easypost_connect::internal
