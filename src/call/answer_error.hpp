// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <easypost_connect/result.hpp>

#include "core/clock.hpp"

namespace easypost_connect::internal {

/// The Error for an answer of the API outside 2xx: which of the credentials, the request or the service it speaks of.
///
/// EasyPost documents no error statuses but 415, so the reading is inferred: from RFC 9110, RFC 6750 and what gateways
/// of the AWS API Gateway and nginx kind answer (measured). Where a status can mean two things, the message says both.
Error answer_error(Response response, WallTime now);

/// The same for the storage behind a presigned URL, where no credential was sent that could be wrong.
Error upload_error(Response response, WallTime now);

}  // namespace easypost_connect::internal
