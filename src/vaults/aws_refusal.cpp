// SPDX-License-Identifier: Apache-2.0
#include "vaults/aws_refusal.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/text.hpp"

namespace easypost_connect::internal {
namespace {

/// The references of the services name these types, some of them as "Common Errors" that every service may give.
constexpr std::pair<std::string_view, AwsFault> kFaults[] = {
    {"RequestExpired", AwsFault::kClock},
    {"RequestTimeTooSkewed", AwsFault::kClock},
    {"ExpiredToken", AwsFault::kExpiredKeys},
    {"ExpiredTokenException", AwsFault::kExpiredKeys},
    {"InvalidClientTokenId", AwsFault::kUnknownKeys},
    {"UnrecognizedClientException", AwsFault::kUnknownKeys},
    {"IncompleteSignature", AwsFault::kSignature},
    {"IncompleteSignatureException", AwsFault::kSignature},
    {"InvalidSignatureException", AwsFault::kSignature},
    {"SignatureDoesNotMatch", AwsFault::kSignature},
    {"AccessDenied", AwsFault::kDenied},
    {"AccessDeniedException", AwsFault::kDenied},
    {"NotAuthorized", AwsFault::kDenied},
    {"DecryptionFailure", AwsFault::kKms},
    {"ResourceNotFoundException", AwsFault::kMissing},
    {"InvalidRequestException", AwsFault::kQuestion},
    {"InvalidParameterException", AwsFault::kQuestion},
    {"ValidationError", AwsFault::kQuestion},
    {"ValidationException", AwsFault::kQuestion},
    {"Throttling", AwsFault::kThrottled},
    {"ThrottlingException", AwsFault::kThrottled},
    {"TooManyRequestsException", AwsFault::kThrottled},
    {"RequestLimitExceeded", AwsFault::kThrottled},
    {"InternalFailure", AwsFault::kService},
    {"InternalServiceError", AwsFault::kService},
    {"ServiceUnavailable", AwsFault::kService},
    {"ServiceUnavailableException", AwsFault::kService},
    {"IDPCommunicationError", AwsFault::kService},
};

/// Some types mean different things, and the message tells which.
AwsFault fault_of(std::string_view type, std::string_view message) noexcept {
  const auto* const known =
      std::find_if(std::begin(kFaults), std::end(kFaults), [&](const auto& one) { return one.first == type; });
  const AwsFault fault = known != std::end(kFaults) ? known->second : AwsFault::kOther;
  const auto says = [&](std::string_view words) { return contains_ignoring_case(message, words); };
  if (fault == AwsFault::kSignature && (says("signature expired") || says("not yet current"))) return AwsFault::kClock;
  if (fault == AwsFault::kDenied && says("kms")) return AwsFault::kKms;
  if (type == "InvalidRequestException" && (says("deletion") || says("deleted"))) return AwsFault::kDeleted;
  return fault;
}

std::string_view without_frame(std::string_view type) noexcept {
  const auto hash = type.rfind('#');
  if (hash != std::string_view::npos) type.remove_prefix(hash + 1);
  return type.substr(0, type.find(':'));
}

AwsRefusal refusal(int status, std::string_view type, std::string_view message) {
  type = without_frame(type);
  AwsFault fault = fault_of(type, message);
  if (fault == AwsFault::kOther && status == 429) fault = AwsFault::kThrottled;
  if (fault == AwsFault::kOther && status >= 500) fault = AwsFault::kService;
  return {std::string(type), Secret(message), fault};
}

}  // namespace

std::string_view element_in(std::string_view xml, std::string_view name) noexcept {
  for (auto at = xml.find(name); at != std::string_view::npos; at = xml.find(name, at + 1)) {
    const auto begin = at + name.size() + 1;
    if (at == 0 || xml[at - 1] != '<' || begin > xml.size() || xml[begin - 1] != '>') continue;
    const auto end = xml.find('<', begin);
    return end != std::string_view::npos ? trim(xml.substr(begin, end - begin)) : std::string_view();
  }
  return {};
}

AwsRefusal refusal_in(const VaultAnswer& answer) {
  const std::string_view body = answer.body.expose();
  if (const auto code = element_in(body, "Code"); !code.empty())
    return refusal(answer.status, code, element_in(body, "Message"));
  const SecretJson json = answer.json();
  std::string_view type = text_at(json, "__type");
  if (type.empty()) type = answer.headers.find("x-amzn-errortype").value_or(type);
  const std::string_view message = text_at(json, "message");
  return refusal(answer.status, type, message.empty() ? text_at(json, "Message") : message);
}

Error refused_by_aws(const VaultClient& client, const VaultStep& step, const VaultAnswer& answer,
                     const AwsRefusal& refusal, std::string remedy) {
  std::string words = client.quoted(refusal.type);
  if (!refusal.message.empty()) words.append(words.empty() ? "" : ": ").append(client.quoted(refusal.message.expose()));
  Error error = client.refusal(step, answer, words, std::move(remedy));
  if (refusal.fault == AwsFault::kThrottled || refusal.fault == AwsFault::kService) error.retryable = true;
  return error;
}

}  // namespace easypost_connect::internal
