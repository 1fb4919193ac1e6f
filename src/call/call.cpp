// SPDX-License-Identifier: Apache-2.0
#include "call/call.hpp"

#include <utility>

#include "call/answer_error.hpp"

namespace easypost_connect::internal {
namespace {

bool succeeded(const Response& response) noexcept { return response.status >= 200 && response.status < 300; }

}  // namespace

void Call::on_token(Result<AccessToken> token) {
  if (!token) return finish(std::move(token).error());
  token_ = *std::move(token);
  authenticate(*token_);
  step_ = Step::kTransmit;
}

/// The two layers that travel as headers; the third, the client certificate, is the connection's.
void Call::authenticate(const AccessToken& token) {
  context_.credentials.clear();
  policies_.api_key.apply(context_);
  policies_.bearer.apply(context_, token);
}

void Call::on_response(Result<Response> response, Moment now) {
  if (response && succeeded(*response)) return finish(std::move(response));
  if (response && policies_.bearer.wants_another_token(response->status, refused_token_ ? 1 : 0)) {
    refused_token_ = std::move(token_);
    step_ = Step::kNeedToken;
    return;
  }
  if (const auto again = policies_.retry.next_attempt(response, now)) {
    resume_at_ = *again;
    step_ = Step::kPause;
    return;
  }
  if (response) return finish(answer_error(*std::move(response)));
  finish(std::move(response));
}

void Call::on_resume() { step_ = Step::kNeedToken; }  // the token may have expired meanwhile

void Call::finish(Result<Response> result) {
  result_ = std::move(result);
  step_ = Step::kDone;
}

}  // namespace easypost_connect::internal
