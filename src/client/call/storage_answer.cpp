// SPDX-License-Identifier: Apache-2.0
#include "call/answer_error.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer_fields.hpp"
#include "core/make_error.hpp"
#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kLookFirst =
    "Look at the job first (GET /jobs/{id}); prepare it again only if it still waits for its file and the URL has "
    "expired.";
constexpr const char* kAsItCame =
    "Use the URL byte for byte as it came, and send no header that it was not made for (content type); look at the job "
    "(GET /jobs/{id}) before preparing another.";
constexpr const char* kGiveSize =
    "Give the body a size if it has none: as text, as a file, or as a function with its size; otherwise report it to "
    "EasyPost.";
constexpr const char* kTooLarge = "Send a smaller file: a single upload ends at 5 GiB with S3, at less elsewhere.";
constexpr const char* kClocks =
    "Compare the clocks of both sides; look at the job (GET /jobs/{id}) before preparing another.";
constexpr const char* kReport = "Report code and request id to EasyPost; look at the job (GET /jobs/{id}) meanwhile.";
constexpr const char* kHeaders =
    "Send the header that it asks for (Azure: x-ms-blob-type: BlockBlob) in CallOptions::headers.";
constexpr const char* kElsewhere =
    "Report it to EasyPost: the URL has to name the storage's own region. It is not followed, because its signature is "
    "for one host.";
constexpr const char* kLater = "Try again later; look at the job (GET /jobs/{id}) before preparing another.";
constexpr const char* kNetwork = "Log in to this network, or use another one.";

struct Advice {
  int from;
  int to;
  std::string_view code;  ///< a pattern
  Factor factor;
  bool retryable;
  const char* remedy;
};

// The first that fits. S3: "Error responses" of its reference, and MinIO and Ceph after it; Azure: "Blob service error
// codes"; Google: "HTTP status and error codes for XML".
constexpr Advice kAdvice[] = {
    {300, 399, "*", Factor::kRequest, false, kElsewhere},
    {400, 400, "RequestTimeout", Factor::kService, true, kLater},
    {400, 499, "RequestTimeTooSkewed", Factor::kRequest, false, kClocks},
    {400, 499, "SignatureDoesNotMatch", Factor::kRequest, false, kAsItCame},
    {400, 499, "AuthorizationQueryParametersError", Factor::kRequest, false, kAsItCame},
    {400, 499, "InvalidAccessKeyId", Factor::kService, false, kReport},
    {400, 499, "NoSuch*", Factor::kService, false, kReport},
    {400, 499, "ContainerNotFound", Factor::kService, false, kReport},
    {400, 499, "EntityTooLarge", Factor::kRequest, false, kTooLarge},
    {400, 499, "RequestBodyTooLarge", Factor::kRequest, false, kTooLarge},
    {413, 413, "*", Factor::kRequest, false, kTooLarge},
    {400, 499, "MissingContentLength*", Factor::kRequest, false, kGiveSize},
    {411, 411, "*", Factor::kRequest, false, kGiveSize},
    {400, 499, "MissingRequiredHeader", Factor::kRequest, false, kHeaders},
    {400, 499, "InvalidBlobType", Factor::kRequest, false, kHeaders},
    {408, 408, "*", Factor::kService, true, kLater},
    {429, 429, "*", Factor::kService, true, kLater},
    {400, 499, "*", Factor::kRequest, false, kLookFirst},
    {501, 501, "*", Factor::kRequest, false, kGiveSize},  // S3 to a body of unknown size
    {505, 505, "*", Factor::kService, false, kReport},
    {511, 511, "*", Factor::kNetwork, false, kNetwork},
    {500, 999, "*", Factor::kService, true, kLater},
    {0, 999, "*", Factor::kRequest, false, kLookFirst},
};

// A field of the answer may stay if the last part of its name is one of these.
constexpr std::string_view kKept[] = {"Code",           "Message",      "RequestId", "HostId",
                                      "ServerTime",     "RequestTime",  "Expires",   "X-Amz-Expires",
                                      "MaxSizeAllowed", "ProposedSize", "Endpoint",  "MaxAllowedSkewMilliseconds"};
constexpr std::size_t kLongestValue = 200;
constexpr std::size_t kLongestWord = 19;  // an AWSAccessKeyId has 20 characters, a signature more

std::string_view kept_name(std::string_view name) noexcept {
  if (name.empty() || equals_ignoring_case(name, "title")) return "Message";  // plain text, or a page for people
  name.remove_prefix(name.rfind('.') + 1);
  const auto* const kept = std::find_if(std::begin(kKept), std::end(kKept),
                                        [name](std::string_view one) { return equals_ignoring_case(one, name); });
  return kept != std::end(kKept) ? *kept : std::string_view();
}

/// The first line, without words that could be a signature or a key.
std::string harmless(std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  std::string out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    out.append(out.empty() ? "" : " ");
    out.append(word.size() > kLongestWord ? "[...]" : printable(word, kLongestWord));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return out.substr(0, kLongestValue);
}

/// Names of S3 (version 4, version 2, temporary credentials), Google and Azure.
bool is_signature(std::string_view name) noexcept {
  constexpr std::string_view kNames[] = {"X-Amz-Signature", "Signature", "X-Amz-Security-Token", "X-Goog-Signature",
                                         "sig"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [name](std::string_view one) { return equals_ignoring_case(one, name); });
}

std::vector<AnswerField> kept_fields(const Response& response, const Secrets& signature) {
  std::vector<AnswerField> kept;
  for (const auto& [name, value] : answer_fields(response.body)) {
    const std::string_view as = kept_name(name);
    const bool known = std::any_of(kept.begin(), kept.end(), [as](const AnswerField& one) { return one.name == as; });
    if (as.empty() || known) continue;
    kept.push_back({std::string(as), signature.quotable(as == "Message" ? harmless(value) : value, kLongestValue)});
  }
  return kept;
}

std::string value_of(const std::vector<AnswerField>& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const AnswerField& one) { return one.name == name; });
  return found != fields.end() ? found->value : std::string();
}

const Advice& advice_for(int status, std::string_view code) noexcept {
  return *std::find_if(std::begin(kAdvice), std::prev(std::end(kAdvice)), [&](const Advice& one) {
    return one.from <= status && status <= one.to && fits(code, one.code);
  });
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

}  // namespace

Secrets signature_of(std::string_view url) {
  Secrets secrets;
  std::string_view query = url.substr(std::min(url.find('?'), url.size()));
  if (!query.empty()) query.remove_prefix(1);
  // The query is full of words that a message may use ("AWS4-HMAC-SHA256").
  secrets.add(Secret(query), kLongestWord + 1);
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    const auto equals = std::min(field.find('='), field.size());
    if (is_signature(field.substr(0, equals))) secrets.add(Secret(field.substr(std::min(equals + 1, field.size()))));
    query.remove_prefix(std::min(field.size() + 1, query.size()));
  }
  return secrets;
}

Error refused_upload(const Response& response, std::string_view url) {
  const Secrets signature = signature_of(url);
  const auto fields = kept_fields(response, signature);
  std::string code = value_of(fields, "Code");
  const bool number = code.find_first_not_of("0123456789") == std::string::npos;
  if (number) code = signature.quotable(response.headers.find("x-ms-error-code").value_or(""), kLongestValue);
  const std::string message = value_of(fields, "Message");
  const Advice& advice = advice_for(response.status, code);

  std::string what = response.status >= 300 && response.status < 400         ? "The storage sends the upload elsewhere"
                     : advice.factor == Factor::kService && advice.retryable ? "The storage is in trouble"
                                                                             : "The storage refused the upload";
  what.append(code.empty() ? "" : ": " + code);
  what.append(message.empty() ? "" : (code.empty() ? ": \"" : ", \"") + message + '"');
  what.append(" (").append(std::to_string(response.status)).append(").");
  Error error = make_error(ErrorCode::kHttpStatus, advice.factor, what, advice.remedy);
  error.retryable = advice.retryable;
  error.request_id = value_of(fields, "RequestId");
  return error;
}

void drop_signature(Response& response, std::string_view url) {
  const Secrets signature = signature_of(url);
  std::string body;
  for (const auto& [name, value] : kept_fields(response, signature)) {
    body.append("<").append(name).append(">").append(escaped(value)).append("</").append(name).append(">");
  }
  response.body = body.empty() ? "" : "<Error>" + body + "</Error>";
  Headers headers;
  for (const auto& [name, value] : response.headers) {
    const bool location = equals_ignoring_case(name, "location") || equals_ignoring_case(name, "content-location");
    const std::string_view kept = location ? std::string_view(value).substr(0, value.find('?')) : value;
    if (!signature.quoted_in(kept)) headers.add(name, kept);
  }
  response.headers = std::move(headers);
}

}  // namespace easypost_connect::internal
