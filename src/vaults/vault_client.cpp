// SPDX-License-Identifier: Apache-2.0
#include "vaults/vault_client.hpp"

#include <utility>

#include "core/answer_fields.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

constexpr std::size_t kLargestAnswer = std::size_t{1024} * 1024;
constexpr std::size_t kLongestQuote = 200;

bool is_redirect(int status) noexcept { return status >= 300 && status < 400; }

}  // namespace

bool may_pass(int status) noexcept { return status == 408 || status == 429 || status >= 500; }

VaultClient::VaultClient(std::shared_ptr<Transport> transport, const VaultWorld& world)
    : transport_(std::move(transport)), timeout_(world.request_timeout), clock_(world.clock), contact_(world.contact) {}

std::string VaultClient::quoted(std::string_view words) const { return secrets_.quotable(words, kLongestQuote); }

Result<VaultAnswer> VaultClient::ask(const VaultStep& step, const VaultQuestion& question) const {
  Request request;
  request.method = question.method;
  request.body = Body::from_memory(question.body.expose());
  CallContext context;
  context.url = question.url;
  context.headers = question.headers;
  context.credentials = question.credentials;
  context.content_type = question.content_type;
  context.deadline = context.call_deadline = std::chrono::steady_clock::now() + timeout_;
  context.max_response_bytes = kLargestAnswer;

  auto sent = transport_->send(request, context);
  *contact_ = {step.vault, sent.has_value()};
  if (!sent) {
    Error error = std::move(sent).error();
    error.factor = Factor::kCredentialSource;
    error.message = step.said(error.message);
    secrets_.leave_out_of(error);
    return error;
  }
  const WipeOnExit wipe_body(sent->body);
  VaultAnswer answer{sent->status, std::move(sent->headers), Secret(sent->body)};
  if (!is_redirect(answer.status)) return answer;
  const auto location = answer.headers.find("location");
  return refusal(step, answer,
                 "it sends elsewhere, to \"" + quoted(location.value_or("")) + "\", and redirects are not followed",
                 "Give the address that it names, if you know it as your vault's.");
}

Result<SecretJson> VaultClient::object_in(const VaultStep& step, const VaultAnswer& answer) const {
  SecretJson json = answer.json();
  if (json.is_object()) return json;
  const std::string what = answer.body.empty() ? "the answer is empty" : "the answer is no JSON object";
  return unusable(step, what + " (status " + std::to_string(answer.status) + ')',
                  "See who answers there: it may be a proxy or a page that stands before the service.");
}

Error VaultClient::refusal(const VaultStep& step, const VaultAnswer& answer, std::string_view words,
                           std::string remedy) const {
  std::string message = step.said(words.empty() ? "it refused" : words);
  message.append(" (status ").append(std::to_string(answer.status)).append(").");
  Error error =
      make_error(ErrorCode::kInvalidCredential, Factor::kCredentialSource, std::move(message), std::move(remedy));
  error.seen.http_status = answer.status;
  error.retryable = may_pass(answer.status);
  error.never_sent = true;  // the API has not seen it
  if (const auto wait = retry_after(answer.headers, clock_->now().wall)) error.retry_after = *wait;
  secrets_.leave_out_of(error);
  return error;
}

Error VaultClient::unusable(const VaultStep& step, std::string_view problem, std::string remedy) const {
  Error error = make_error(ErrorCode::kInvalidCredential, Factor::kCredentialSource,
                           step.said(std::string(problem)) + '.', std::move(remedy));
  error.never_sent = true;  // the API has not seen it
  secrets_.leave_out_of(error);
  return error;
}

}  // namespace easypost_connect::internal
