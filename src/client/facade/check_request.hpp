// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <easypost_connect/request.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect::internal {

/// Refuses a header field that could not be sent safely, or that HTTP itself needs.
Result<void> check_field(std::string_view name, std::string_view value);

/// Refuses a content type that could not be sent safely.
Result<void> check_content_type(std::string_view content_type);

/// Says what is wrong with a request to any server, apart from its path, query and max_attempts.
Result<void> check_for_any_server(const Request& request);

/// Says what is wrong with a request to the API. join_url() judges the path.
Result<void> check_request(const Request& request);

/// Says what is wrong with an upload. Its path is the whole presigned URL, and nothing may be added to that.
Result<void> check_upload(const Request& request);

}  // namespace easypost_connect::internal
