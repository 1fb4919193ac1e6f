// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <string>
#include <utility>

#include "call/refused_credential.hpp"
#include "call/status_words.hpp"
#include "call/storage_answer.hpp"
#include "core/ascii.hpp"
#include "core/make_error.hpp"
#include "core/retry_after.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLargestErrorBody = std::size_t{64} * 1024;

constexpr StatusWords kUsedUpQuota{429,
                                   429,
                                   Factor::kService,
                                   true,
                                   "The quota of the API key's usage plan is used up",
                                   "Wait until the quota is renewed, or ask EasyPost for a larger one."};

Error by_status(const Response& response, TokensTried tokens) {
  if (auto refused = refused_credential(response, tokens)) return *std::move(refused);
  const bool quota = contains_ignoring_case(response.headers.find("x-amzn-errortype").value_or(""), "LimitExceeded");
  const StatusWords& words = quota && response.status == 429 ? kUsedUpQuota : words_for_status(response.status);
  Error error = make_error(ErrorCode::kHttpStatus, words.factor,
                           words.message + (" (" + std::to_string(response.status)) + ").", words.remedy);
  error.retryable = words.retryable;
  return error;
}

/// Of AWS (its gateway, S3), Azure, Google Cloud Storage, others, Cloudflare.
std::string request_id(const Headers& headers) {
  for (const std::string_view name : {"x-amzn-requestid", "apigw-requestid", "x-amz-request-id", "x-ms-request-id",
                                      "x-guploader-uploadid", "x-request-id", "x-correlation-id", "cf-ray"}) {
    if (const auto id = headers.find(name)) return printable(*id, 100);
  }
  return {};
}

Error carrying(Error error, Response response, WallTime now) {
  error.seen.http_status = response.status;
  if (auto id = request_id(response.headers); !id.empty()) error.request_id = std::move(id);
  error.retry_after = retry_after(response.headers, now);
  if (response.body.size() > kLargestErrorBody) response.body.resize(kLargestErrorBody);
  response.body.shrink_to_fit();  // a cut body keeps its whole buffer otherwise
  error.response = std::move(response);
  return error;
}

}  // namespace

Error answer_error(Response response, TokensTried tokens, WallTime now) {
  Error error = by_status(response, tokens);
  return carrying(std::move(error), std::move(response), now);
}

Error upload_error(Response response, std::string_view url, WallTime now) {
  Error error = refused_upload(response, url);
  drop_signature(response, url);
  return carrying(std::move(error), std::move(response), now);
}

}  // namespace easypost_connect::internal
