// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/result.hpp>

#include "call/refused_credential.hpp"
#include "core/clock.hpp"

namespace easypost_connect::internal {

/// The Error for an answer of the API outside 2xx: which of the credentials, the request or the service it speaks of.
///
/// EasyPost documents no error statuses but 415, so the reading is inferred: from RFC 9110, RFC 6750 and what gateways
/// answer (nginx, Envoy: measured; others: their documentation and public reports). Where a status can mean two things,
/// the message says both.
Error answer_error(Response response, TokensTried tokens, WallTime now);

/// The same for the storage behind a presigned URL, where no credential was sent that could be wrong. It is told in the
/// storage's own words, its code and message; the Error carries the answer without what could be the signature of
/// `url`.
Error upload_error(Response response, std::string_view url, WallTime now);

}  // namespace easypost_connect::internal
