// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/error.hpp>

#include "auth/token_complaint.hpp"

namespace easypost_connect::internal {

/// The answer as a refusal of the OAuth client, its certificate or its request: by the errors of RFC 6749, section 5.2,
/// however they are spelt, and by the words of gateways about the certificate. Nothing: it is none.
[[nodiscard]] std::optional<Error> token_refusal(const TokenAnswer& answer, const TokenComplaint& complaint);

}  // namespace easypost_connect::internal
