// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <easypost_connect/response.hpp>
#include <easypost_connect/result.hpp>

namespace easypost_connect {

/// Returns the body as JSON, or kMalformedResponse. Opt-in: link easypost_connect::json; no other header names
/// nlohmann/json.
[[nodiscard]] inline Result<nlohmann::json> parse_json(const Response& response) {
  auto json = nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_discarded()) return json;
  Error error;
  error.code = ErrorCode::kMalformedResponse;
  error.factor = Factor::kService;
  error.message = "The body of the answer is not JSON.";
  error.remedy =
      "Look at Response::body and its content-type; a proxy or a gateway may have answered in place of the API.";
  error.seen.http_status = response.status;
  return error;
}

}  // namespace easypost_connect
