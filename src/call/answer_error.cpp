// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <string>
#include <utility>

#include "call/refused_credential.hpp"
#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "core/retry_after.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLargestErrorBody = std::size_t{64} * 1024;

Error redirect(const Response& response) {
  return make_error(ErrorCode::kHttpStatus, Factor::kRequest,
                    "The API answered with a redirect (" + std::to_string(response.status) +
                        "), which is not followed: "
                        "credentials go to one host only.",
                    "Look at the location header of the answer, and correct the API URL or the path.");
}

Error service_trouble(const Response& response) {
  Error error = make_error(ErrorCode::kHttpStatus, Factor::kService, "", "");
  error.retryable = true;
  if (response.status == 429) {
    const bool quota = contains_ignoring_case(response.headers.find("x-amzn-errortype").value_or(""), "LimitExceeded");
    error.message = quota ? "The quota of the API key's usage plan is used up (429)."
                          : "The API limits the rate of requests (429).";
    error.remedy = quota ? "Wait until the quota is renewed, or ask EasyPost for a larger one."
                         : "Send fewer requests, and wait as long as the retry-after header says.";
  } else {
    error.message = "The API is in trouble (" + std::to_string(response.status) + ").";
    error.remedy = "Try again later; report the request id to EasyPost if it lasts.";
  }
  return error;
}

Error by_status(const Response& response) {
  const int status = response.status;
  if (auto refused = refused_credential(response)) return *std::move(refused);
  if (status >= 300 && status < 400) return redirect(response);
  if (status == 429 || status >= 500) return service_trouble(response);
  return make_error(ErrorCode::kHttpStatus, Factor::kRequest,
                    "The API refused the request (" + std::to_string(status) + ").",
                    "Compare path, parameters and body with the API's documentation; the answer may say more.");
}

std::string request_id(const Headers& headers) {
  for (const std::string_view name : {"x-amzn-requestid", "apigw-requestid", "x-request-id"}) {
    if (const auto id = headers.find(name)) return printable(*id, 100);
  }
  return {};
}

Error carrying(Error error, Response response, WallTime now) {
  error.seen.http_status = response.status;
  error.request_id = request_id(response.headers);
  error.retry_after = retry_after(response.headers, now);
  if (response.body.size() > kLargestErrorBody) response.body.resize(kLargestErrorBody);
  error.response = std::move(response);
  return error;
}

}  // namespace

Error answer_error(Response response, WallTime now) {
  Error error = by_status(response);
  return carrying(std::move(error), std::move(response), now);
}

Error upload_error(Response response, WallTime now) {
  Error error = response.status == 429 || response.status >= 500
                    ? service_trouble(response)
                    : make_error(ErrorCode::kHttpStatus, Factor::kRequest,
                                 "The storage refused the upload (" + std::to_string(response.status) + ").",
                                 "Prepare the job again: an upload URL is good for one file and at most 2 hours.");
  return carrying(std::move(error), std::move(response), now);
}

}  // namespace easypost_connect::internal
