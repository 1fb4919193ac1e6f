// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <easypost_connect/error.hpp>
#include <easypost_connect/response.hpp>

namespace easypost_connect::internal {

/// Which credential an answer of the API refuses, by its status and what it says beside that; nothing when it is about
/// something else. Says so where another credential is possible too, and where nothing is known but the status.
///
/// In this order: what gateways say of the client certificate, the challenge of RFC 6750, the error types of AWS API
/// Gateway, words in the body, the status. The words are searched for and never quoted: an answer may echo a
/// credential.
std::optional<Error> refused_credential(const Response& response);

}  // namespace easypost_connect::internal
