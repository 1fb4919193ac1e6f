// SPDX-License-Identifier: Apache-2.0
#include "call/call.hpp"

#include <new>
#include <utility>

#include "body/body.hpp"
#include "call/answer_error.hpp"
#include "core/make_error.hpp"

namespace easypost_connect::internal {
namespace {

/// Expectation Failed: the server does not know what `Expect: 100-continue` asks (RFC 9110, section 15.5.18).
constexpr int kCannotBeAsked = 417;

/// 2xx; and 304, which is what a conditional GET asks for (RFC 9110, section 15.4.5).
bool is_answer_to(const Request& request, const Response& response) noexcept {
  if (response.status != 304) return response.status >= 200 && response.status < 300;
  const Headers& asked = request.options.headers;
  return (request.method == Method::kGet || request.method == Method::kHead) &&
         (asked.find("if-none-match") || asked.find("if-modified-since"));
}

constexpr const char* kLookAtTheJob =
    "Look at the job first (GET /jobs/{id}): the storage may have all of the file. Send it again only if the job still "
    "waits for it.";

constexpr const char* kLookFirst = "Look whether the request was carried out before you send it again. ";

/// Tells whether an attempt that failed so leaves open what became of a request that has arrived. An answer below 500
/// says that it was not carried out, and so does one that turns it away.
bool leaves_open(const Error& error) noexcept {
  const int status = error.response ? error.response->status : 0;
  return error.retryable && !error.never_sent && !error.never_whole && (status == 0 || status >= 500) &&
         !was_turned_away(error);
}

/// The transport's remedies are those of a call of the API.
Error about_an_upload(Error error) {
  if (error.factor == Factor::kClientCertificate) {
    error.factor = Factor::kRequest;
    error.remedy =
        "Check that this is the upload URL as the API gave it, and that no proxy answers in place of the storage: an "
        "upload shows no client certificate, and a storage asks for none.";
  } else if (error.code == ErrorCode::kMalformedResponse && error.factor == Factor::kService) {
    error.remedy =
        "Look at the job (GET /jobs/{id}), then check that this is the upload URL as the API gave it: what answered is "
        "no storage.";
  }
  return error;
}

bool may_have_arrived(const Result<Response>& outcome) {
  if (outcome) return !outcome->request_cut_short;
  return !outcome.error().never_sent && !outcome.error().never_whole;
}

/// Any other call is repeated with another token; the next one has that.
Error cannot_be_sent_again(Error error) {
  error.message.pop_back();  // the full stop
  error.message += ", and a function that gives or takes a body was used already.";
  error.remedy = "Make the call again, with a new body: it will carry a new token. " + error.remedy;
  return error;
}

}  // namespace

void Call::on_token(Result<AccessToken> token, Moment now) {
  if (!token) {
    ++attempts_;
    transmitted_ = false;
    Error error = std::move(token).error();
    error.never_sent = true;  // the call itself, whatever became of the token request
    return fail(std::move(error), now);
  }
  if (now.steady >= deadline_) return on_too_late();
  token_ = *std::move(token);
  if (auto done = authenticate(now); !done) return end_with(std::move(done).error());
  step_ = Step::kTransmit;
}

/// The two layers that travel as headers; the third, the client certificate, is the connection's.
Result<void> Call::authenticate(Moment now) {
  const AttemptFacts facts{request_.method, context_.url, now, *token_};
  if (!context_.headers.empty()) context_.headers.clear();
  context_.credentials.clear();
  context_.credentials.reserve(2);
  if (auto done = policies_.api_key.apply(facts, context_); !done) return done;
  return policies_.bearer.apply(facts, context_);
}

void Call::begin_attempt(SteadyTime now) {
  context_.deadline = policies_.retry.attempt_deadline(request_, attempts_, now, deadline_);
  context_.call_deadline = deadline_;
  context_.once_whole = once_whole();
}

void Call::on_response(Result<Response> response, Moment now) {
  ++attempts_;
  transmitted_ = true;
  reached_server_ = reached_server_ || response || !response.error().never_sent;
  handed_over_ = handed_over_ || may_have_arrived(response);
  if (!response && layers_ == Layers::kNone) return fail(about_an_upload(std::move(response).error()), now);
  if (!response) return fail(std::move(response).error(), now);
  if (is_answer_to(request_, *response)) {
    policies_.retry.succeeded();
    return finish(std::move(response));
  }
  Error error = error_of(*std::move(response), now);
  if (token_ && policies_.bearer.wants_another_token(error, refused_token_ ? 1 : 0)) {
    refused_token_ = std::move(token_);
    if (!can_be_sent_again()) return end_with(cannot_be_sent_again(std::move(error)));
    end_with(std::move(error));  // the result until another token is there
    return send_again();
  }
  if (error.seen.http_status == kCannotBeAsked && context_.ask_first && can_be_sent_again() && !may_be_doubled()) {
    context_.ask_first = false;
    return send_again();
  }
  fail(std::move(error), now);
}

TokensTried Call::tokens_tried() const noexcept {
  if (!refused_token_) return TokensTried::kOne;
  return refused_token_ == token_ ? TokensTried::kOneTwice : TokensTried::kTwo;
}

Error Call::error_of(Response answer, Moment now) const {
  if (layers_ == Layers::kNone) return upload_error(std::move(answer), context_.url, now.wall);
  return answer_error(std::move(answer), tokens_tried(), now.wall);
}

Error Call::without_secrets(Error error) const noexcept try {
  const Secrets secrets = this->secrets();
  if (secrets.quoted_in(error.request_id)) error.request_id = kLeftOut;
  secrets.leave_out_of(error);
  return error;
} catch (const std::bad_alloc&) {
  Error brief = out_of_memory();
  brief.never_sent = error.never_sent;
  brief.never_whole = error.never_whole;
  return brief;
}

/// The secrets of its client, its tokens, the signature of its URL.
Secrets Call::secrets() const {
  Secrets secrets = policies_.secrets;
  if (token_) secrets.add(Secret(token_->text()));
  if (refused_token_) secrets.add(Secret(refused_token_->text()));
  if (layers_ == Layers::kNone) secrets.add(signature_of(context_.url));
  return secrets;
}

/// Not if a function of the caller's has given what it cannot give again, or would be given again what it has.
bool Call::can_be_sent_again() const noexcept { return !spent(request_.body) && !spent(request_.options.sink); }

/// A storage may take each whole file for a document of its own; the caller can ask for another attempt all the same.
bool Call::once_whole() const noexcept { return layers_ == Layers::kNone && request_.options.max_attempts == 0; }

bool Call::may_be_doubled() const noexcept { return once_whole() && handed_over_; }

void Call::send_again() noexcept {
  ++resend_count_;
  step_ = first_step();
}

void Call::fail(Error error, Moment now) {
  left_open_ = left_open_ || (transmitted_ && handed_over_ && leaves_open(error));
  const auto again = can_be_sent_again() && !may_be_doubled()
                         ? policies_.retry.next_attempt(error, request_, attempts_, now, deadline_)
                         : std::nullopt;
  if (layers_ == Layers::kNone && handed_over_ && error.retryable) error.remedy = kLookAtTheJob;
  if (!again && !is_idempotent(request_.method) && left_open_) error.remedy.insert(0, kLookFirst);
  end_with(std::move(error));
  if (!again) return;
  resend_count_ += transmitted_ ? 1 : 0;
  resume_at_ = *again;
  step_ = Step::kPause;
}

void Call::on_resume() {
  step_ = first_step();  // the token is looked at again: it may have expired meanwhile
}

/// The error of the last attempt says more than that there was no time for another one; but a refusal of the token
/// would say that the call is hopeless.
void Call::on_too_late() {
  if (result_ && result_->error().retryable) return finish(*std::move(result_));
  end_with(deadline_error(result_ ? "The deadline passed before the request could be sent again with another token."
                                  : "The deadline passed before the request could be sent."));
}

void Call::on_abandoned(Error error) noexcept { end_with(std::move(error)); }

void Call::end_with(Error error) noexcept {
  error.never_sent = !reached_server_;
  error.never_whole = !handed_over_;
  finish(std::move(error));
}

/// The one way out, for answers and for failures.
void Call::finish(Result<Response> result) noexcept {
  if (!result) result = without_secrets(std::move(result).error());
  result_ = std::move(result);
  step_ = Step::kDone;
}

}  // namespace easypost_connect::internal
