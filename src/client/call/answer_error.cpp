// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "core/answer_fields.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

/// StatusWords explain a status of the API that is not about a credential.
struct StatusWords {
  int from;
  int to;
  Factor factor;
  bool retryable;
  const char* message;  ///< the sentence without the status and the full stop
  const char* remedy;
};

constexpr bool kAgain = true;
constexpr bool kFinal = false;

constexpr const char* kLookAtAnswer =
    "Compare path, parameters and body with the API's documentation; the answer may say more.";
constexpr const char* kLater = "Try again later; report the request id to EasyPost if it lasts.";
constexpr const char* kLocation = "Look at the location header of the answer, and correct the API URL or the path.";
constexpr const char* kReadState = "Read what is there now, and decide again; the answer may say more.";
constexpr const char* kReport = "Report the request id to EasyPost.";
constexpr const char* kCheckUrl = "Check host and port of the API URL (EASYPOST_CONNECT_API_URL).";

// The first that fits. RFC 9110, section 15, where nothing else is said. Those of Cloudflare: its documentation.
constexpr StatusWords kWords[] = {
    {0, 299, Factor::kRequest, kFinal, "The API gave no final answer", kLookAtAnswer},
    {304, 304, Factor::kRequest, kFinal, "The API answered that nothing has changed, which the call had not asked",
     "Look for a cache in between; only GET and HEAD with if-none-match or if-modified-since can be answered so."},
    {300, 399, Factor::kRequest, kFinal,
     "The API answered with a redirect, which is not followed: credentials go to one host only", kLocation},
    {402, 402, Factor::kRequest, kFinal, "The API wants a payment or another contract",
     "Ask EasyPost about the contract."},
    {404, 404, Factor::kRequest, kFinal, "The API has nothing at this path", kLookAtAnswer},
    {405, 405, Factor::kRequest, kFinal, "The API does not take this method at this path",
     "Compare the method with the API's documentation; the allow header of the answer lists those it takes."},
    {406, 406, Factor::kRequest, kFinal, "The API has no answer of the media type that the accept header asks for",
     "Ask for another one, or give no accept header."},
    {407, 407, Factor::kNetwork, kFinal,
     "A proxy in between wants a user and a password, and answered in place of the API",
     "Give it to the client as a proxy (https_proxy), with a user."},
    {408, 408, Factor::kService, kAgain, "The API did not get the whole request in time",
     "Try again; look for a slow connection or a firewall if it lasts."},
    {409, 409, Factor::kRequest, kFinal, "The request is in conflict with what the API has", kReadState},
    {410, 410, Factor::kRequest, kFinal, "What was at this path is gone for good", kLookAtAnswer},
    {411, 411, Factor::kRequest, kFinal, "The API wants to know the size of the body beforehand",
     "Give the body a size: as text, as a file, or as a function with its size."},
    {412, 412, Factor::kRequest, kFinal, "A condition of the request does not hold (if-match and its like)",
     kReadState},
    {413, 413, Factor::kRequest, kFinal, "The body is larger than the API takes", "Send less at a time."},
    {414, 414, Factor::kRequest, kFinal, "Path and query are longer than the API takes", "Ask with fewer parameters."},
    {421, 421, Factor::kNetwork, kFinal, "The request reached a server that does not answer for this host", kCheckUrl},
    {423, 423, Factor::kRequest, kFinal, "What the request is about is locked", kReadState},            // RFC 4918
    {425, 425, Factor::kService, kAgain, "The API will not take the request so early in a connection",  // RFC 8470
     "Try again."},
    {426, 426, Factor::kRequest, kFinal, "The API wants another version of HTTP", kReport},
    {428, 428, Factor::kRequest, kFinal,
     "The API takes this only under a condition, so that no change is lost",  // RFC 6585
     "Send if-match with the etag of what was read before."},
    {429, 429, Factor::kService, kAgain, "The API limits the rate of requests",
     "Send fewer requests, and wait as long as the retry-after header says."},
    {431, 431, Factor::kRequest, kFinal, "The headers are larger than the API takes",  // RFC 6585
     "Send fewer or shorter headers; the access token is one of them."},
    {451, 451, Factor::kRequest, kFinal, "The API denies this for legal reasons", "Ask EasyPost."},  // RFC 7725
    {400, 499, Factor::kRequest, kFinal, "The API refused the request", kLookAtAnswer},
    {501, 501, Factor::kService, kFinal, "The API cannot do what was asked, whoever asks",
     "Compare method and headers with the API's documentation."},
    {505, 505, Factor::kService, kFinal, "The API does not take this version of HTTP", kReport},
    {506, 506, Factor::kService, kFinal, "The API is not set up right", kReport},                      // RFC 2295
    {508, 508, Factor::kService, kFinal, "The API found itself in a loop", kReport},                   // RFC 5842
    {510, 510, Factor::kService, kFinal, "The API wants an extension of HTTP", kReport},               // RFC 2774
    {511, 511, Factor::kNetwork, kFinal, "The network wants a login before it lets anything through",  // RFC 6585
     "Log in to this network (its answer leads to the page), or use another one."},
    {520, 524, Factor::kService, kAgain, "The front door of the API (Cloudflare) could not reach it", kLater},
    {525, 526, Factor::kService, kAgain, "The front door of the API (Cloudflare) has no TLS with it", kLater},
};

constexpr StatusWords kTrouble{0, 999, Factor::kService, kAgain, "The API is in trouble", kLater};

/// Returns the words for any status.
const StatusWords& words_for_status(int status) noexcept {
  const auto* const words = std::find_if(std::begin(kWords), std::end(kWords), [status](const StatusWords& one) {
    return one.from <= status && status <= one.to;
  });
  if (words != std::end(kWords)) return *words;
  return kTrouble;
}

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

/// AWS (its gateway, S3), Azure, Google Cloud Storage, Cloudflare and others give a request its id in these headers.
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
