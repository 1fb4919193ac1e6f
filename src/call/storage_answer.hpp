// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/error.hpp>
#include <easypost_connect/response.hpp>

#include "core/secrets.hpp"

namespace easypost_connect::internal {

/// What no text may show of a presigned URL: what signs it, and long parts of its query.
Secrets signature_of(std::string_view url);

/// What a storage behind a presigned URL holds against an upload, by its own code (S3 and its like, Azure Blob, Google
/// Cloud Storage) or the status. `url` is the presigned one.
Error refused_upload(const Response& response, std::string_view url);

/// Leaves of the answer its code, message, ids, sizes and times, in S3's form, no query in a location, and no header
/// that quotes the query of `url`. The rest may be the signature that was sent, or what one could be made of
/// (StringToSign, CanonicalRequest, AWSAccessKeyId): whoever has it may upload in the customer's place.
void drop_signature(Response& response, std::string_view url);

}  // namespace easypost_connect::internal
