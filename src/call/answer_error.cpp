// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <string>
#include <utility>

#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "core/retry_after.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLargestErrorBody = std::size_t{64} * 1024;

/// nginx ends the handshake well and refuses the certificate with a 400 of its own (measured: nginx 1.22,
/// ssl_verify_client).
bool is_certificate_refusal(const Response& response) {
  return response.status == 400 && (contains_ignoring_case(response.body, "No required SSL certificate was sent") ||
                                    contains_ignoring_case(response.body, "The SSL certificate error"));
}

Error refused_certificate(const Response& response) {
  const bool missing = contains_ignoring_case(response.body, "No required");
  return make_error(
      ErrorCode::kHttpStatus, Factor::kClientCertificate,
      missing ? "The gateway says that no client certificate arrived."
              : "The gateway refused the client certificate: expired, revoked, or issued by another authority.",
      "Check that the certificate was issued by the Portal of this environment, and request a new one if it was "
      "revoked.");
}

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
    error.message = "The API limits the rate of requests (429).";
    error.remedy = "Send fewer requests, and wait as long as the retry-after header says.";
  } else {
    error.message = "The API is in trouble (" + std::to_string(response.status) + ").";
    error.remedy = "Try again later; report the request id to EasyPost if it lasts.";
  }
  return error;
}

Error by_status(const Response& response) {
  const int status = response.status;
  if (is_certificate_refusal(response)) return refused_certificate(response);
  if (status >= 300 && status < 400) return redirect(response);
  if (status == 401) {
    return make_error(
        ErrorCode::kHttpStatus, Factor::kAccessToken, "The API refused the access token (401), and a new one as well.",
        "Check that token URL and API URL belong to one environment, and that the OAuth client may call this API.");
  }
  if (status == 403) {
    return make_error(
        ErrorCode::kHttpStatus, Factor::kApiKey,
        "The API refused the call (403): most likely the API key, otherwise a right that this client lacks.",
        "Check the API key (EASYPOST_CONNECT_API_KEY) against the Portal of this environment, then the rights of the "
        "client.");
  }
  if (status == 429 || status >= 500) return service_trouble(response);
  return make_error(ErrorCode::kHttpStatus, Factor::kRequest,
                    "The API refused the request (" + std::to_string(status) + ").",
                    "Compare path, parameters and body with the API's documentation; the answer may say more.");
}

std::string request_id(const Headers& headers) {
  for (const std::string_view name : {"x-amzn-requestid", "x-request-id"}) {
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
