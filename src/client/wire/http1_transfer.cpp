// SPDX-License-Identifier: Apache-2.0
#include "wire/http1_transfer.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "core/secrets.hpp"
#include "core/url.hpp"
#include "wire/http1_request.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::steady_clock;

/// One TLS record holds so much (RFC 8446, section 5.1). The other side can read nothing of a record that is not whole.
constexpr std::size_t kRecord = std::size_t{16} * 1024;
/// So much of a body is read and sent at once.
constexpr std::size_t kBlock = std::size_t{64} * 1024;
/// A server has so long to say that it will take a body (RFC 9110, section 10.1.1: not indefinitely).
constexpr std::chrono::seconds kLongestWait{1};
constexpr int kContinue = 100;

}  // namespace

Result<void> Http1Transfer::begin(const Request& request, const CallContext& context) {
  reset(&request, context);
  auto opened = connection_->check();
  if (opened) opened = open(request, context);
  if (!opened) {
    opened.error().never_sent = opened.error().never_whole = true;
    return opened;
  }
  answer_.begin(request.method, builder_);
  stage_ = Stage::kReach;
  return {};
}

Result<void> Http1Transfer::begin_connection(const CallContext& context) {
  reset(nullptr, context);
  if (auto checked = connection_->check(); !checked) return checked;
  end_.begin(context);
  stage_ = Stage::kReach;
  return {};
}

void Http1Transfer::reset(const Request* request, const CallContext& context) noexcept {
  request_ = request;
  context_ = &context;
  code_ = unsent_ = CURLE_OK;
  rest_ = {};
  sent_at_ = answered_at_ = {};
  sent_ = 0;
  began_ = reused_ = handed_over_ = blocked_ = false;
}

Http1Transfer::Step Http1Transfer::advance() noexcept {
  try {
    code_ = take_step();
  } catch (const std::bad_alloc&) {
    code_ = CURLE_OUT_OF_MEMORY;
  }
  if (code_ == CURLE_AGAIN) return Step::kWait;
  if (code_ != CURLE_OK) stage_ = Stage::kDone;
  return stage_ == Stage::kDone ? Step::kDone : Step::kGoOn;
}

/// Takes one step. CURLE_AGAIN means that something else has to happen first.
CURLcode Http1Transfer::take_step() {
  switch (stage_) {
    case Stage::kReach: return reach();
    case Stage::kOpening: {
      const CURLcode code = connection_->go_on();
      return code == CURLE_OK ? start_request() : code;
    }
    case Stage::kRequest: return send_request();
    case Stage::kExpect: return await_continue();
    case Stage::kAnswer: return await_answer();
    case Stage::kDone: break;
  }
  return CURLE_OK;
}

SteadyTime Http1Transfer::until() const noexcept {
  if (stage_ == Stage::kOpening) return std::min(end(), connection_->until());
  return stage_ == Stage::kExpect ? std::min(end(), continue_until_) : end();
}

CURLcode Http1Transfer::reach() {
  if (connection_->is_ready_for(Url(context_->url).authority)) {
    reused_ = connection_->was_kept();
    return start_request();
  }
  stage_ = Stage::kOpening;
  const CURLcode code = connection_->open(context_->url);
  return code == CURLE_AGAIN ? CURLE_OK : code;
}

// --- the request

/// Head and body are one record if they fit, unless a function gives the body or the server is asked before.
CURLcode Http1Transfer::start_request() {
  if (!connection_->connector().may_carry_request()) return CURLE_ABORTED_BY_CALLBACK;
  began_ = true;
  stage_ = request_ != nullptr ? Stage::kRequest : Stage::kDone;
  if (request_ == nullptr) return CURLE_OK;
  const std::string_view bytes = request_->body.bytes();
  const bool at_once = !bytes.empty() && !context_->ask_first;
  const std::size_t room = at_once ? std::min(kRecord, bytes.size()) : 0;
  write_request_head(head_, *request_, *context_, body_.size(), room);
  if (at_once && head_.size() < kRecord) {
    const std::size_t head = head_.size();
    head_.resize(head + std::min(room, kRecord - head));
    const auto size = read_body(head_.data() + head, head_.size() - head);
    if (!size) return CURLE_ABORTED_BY_CALLBACK;
    head_.resize(head + *size);
  }
  rest_ = head_;
  expects_continue_ = context_->ask_first && !body_.whole();
  return CURLE_OK;
}

/// Sends some of the request, unless an answer comes first.
CURLcode Http1Transfer::send_request() {
  if (rest_.empty() && body_.whole()) {
    end_request(CURLE_OK);
    return CURLE_OK;
  }
  if (sent_ > 0) {
    if (!blocked_) connection_->look_for_input();
    if (const CURLcode code = receive(); code != CURLE_OK && code != CURLE_AGAIN) return code;
  }
  if (answered()) {
    end_request(CURLE_OK);
    return CURLE_OK;
  }
  if (rest_.empty()) return next_part();
  // The first bytes go out one record at a time, because none of the request is sent until a record is.
  std::string_view part = sent_ == 0 ? rest_.substr(0, kRecord) : rest_;
  const std::size_t before = part.size();
  const CURLcode code = connection_->send(part);
  sent_ += static_cast<long>(before - part.size());
  rest_.remove_prefix(before - part.size());
  blocked_ = code == CURLE_AGAIN;
  if (code != CURLE_SEND_ERROR) return code;
  end_request(code);  // a server that reads no more may have said why
  return CURLE_OK;
}

/// Goes on behind what was sent: with more of the body, the wait for 100 (Continue), or the answer.
CURLcode Http1Transfer::next_part() {
  if (std::exchange(expects_continue_, false)) {
    continue_until_ = steady_clock::now() + kLongestWait;
    stage_ = Stage::kExpect;
  } else if (!fill_block()) {
    return CURLE_ABORTED_BY_CALLBACK;
  }
  return CURLE_OK;
}

void Http1Transfer::end_request(CURLcode code) noexcept {
  unsent_ = code;
  handed_over_ = body_.whole() && rest_.empty();
  sent_at_ = steady_clock::now();
  stage_ = Stage::kAnswer;
}

/// Fills the block with the next of the body, in a chunk if its size was not announced. The block keeps its size:
/// filling it with zeros for each part of a large body would cost a fifth of the CPU. False: it cannot be read.
bool Http1Transfer::fill_block() {
  const bool chunked = !body_.size();
  const std::size_t head = chunked ? kChunkHead : 0;
  block_.resize(kChunkHead + kBlock + kLineEnd.size());
  const auto size = read_body(block_.data() + head, kBlock);
  if (!size) return false;
  rest_ = std::string_view(block_).substr(0, head + *size);
  if (!chunked) return true;
  write_chunk_head(block_.data(), *size);
  kLineEnd.copy(block_.data() + head + *size, kLineEnd.size());
  rest_ = std::string_view(block_).substr(0, head + *size + kLineEnd.size());
  return true;
}

std::optional<std::size_t> Http1Transfer::read_body(char* buffer, std::size_t capacity) {
  const auto size = body_.read(buffer, capacity);
  end_.moved(body_.whole(), steady_clock::now());
  return size;
}

/// Waits until the server says that it will take the body, or will not. The wait ends after a second, because the
/// server need not say anything.
CURLcode Http1Transfer::await_continue() {
  if (answer_.status() == kContinue || answered() || steady_clock::now() >= continue_until_) {
    stage_ = Stage::kRequest;
    return CURLE_OK;
  }
  return receive();
}

// --- the answer

CURLcode Http1Transfer::await_answer() {
  if (answer_.state() == Http1Answer::State::kMore) {
    const CURLcode code = receive();
    if (code != CURLE_OK) return code == CURLE_AGAIN || unsent_ == CURLE_OK ? code : unsent_;
  }
  if (answer_.state() != Http1Answer::State::kMore) stage_ = Stage::kDone;
  return verdict();
}

/// Receives what has come of the answer.
CURLcode Http1Transfer::receive() {
  if (!connection_->readable()) return CURLE_AGAIN;
  std::size_t size = 0;
  if (const CURLcode code = connection_->receive(in_.data(), in_.size(), size); code != CURLE_OK) return code;
  if (size == 0) {
    if (answer_.take_end(connection_->ended_orderly()) == Http1Answer::State::kWhole) return CURLE_OK;
    return answer_.begun() ? CURLE_PARTIAL_FILE : CURLE_GOT_NOTHING;
  }
  most_received_ = std::max(most_received_, size);
  const auto now = steady_clock::now();
  if (!answer_.begun()) answered_at_ = now;
  answer_.take({in_.data(), size});
  if (answer_.status() >= 200) end_.moved(body_.whole(), now);
  return verdict();
}

/// Returns CURLE_OK if the answer is whole, or more of it is to come.
CURLcode Http1Transfer::verdict() const noexcept {
  switch (answer_.state()) {
    case Http1Answer::State::kUnwanted: return CURLE_WRITE_ERROR;
    case Http1Answer::State::kMalformed: return CURLE_WEIRD_SERVER_REPLY;
    default: return CURLE_OK;
  }
}

// --- the outcome

Result<Response> Http1Transfer::finish(CURLcode code) noexcept {
  if (std::exchange(stage_, Stage::kDone) != Stage::kDone) code_ = code;
  auto outcome = this->outcome();
  const bool in_order = code_ == CURLE_OK && answer_.keeps_connection() && handed_over_;
  in_order ? connection_->keep() : connection_->close();
  if (outcome) {
    outcome->request_cut_short = !handed_over_;
  } else {
    outcome.error().never_sent = sent_ == 0;
    outcome.error().never_whole = !handed_over_;
  }
  close();
  wipe(head_);
  OPENSSL_cleanse(in_.data(), std::exchange(most_received_, 0));
  return outcome;
}

Result<Response> Http1Transfer::outcome() noexcept try {
  std::string words;
  if (code_ == CURLE_WEIRD_SERVER_REPLY)
    words = std::string("The answer breaks the rules of HTTP/1.1: ") + answer_.complaint();
  const bool cancelled = context_->cancellation.cancelled();
  auto outcome = judge({code_, std::move(words), {began_, sent_, answer_.status(), handed_over_}, cancelled},
                       connection_->connector());
  if (outcome) {
    outcome->connection_reused = reused_;
  } else {
    outcome.error().seen.kept_connection = reused_ && !answer_.begun();
  }
  return outcome;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<void> Http1Transfer::finish_connection(CURLcode code) noexcept {
  if (std::exchange(stage_, Stage::kDone) != Stage::kDone) code_ = code;
  if (code_ == CURLE_OK) {
    connection_->keep();
    return {};
  }
  Error error = out_of_memory();
  try {
    error = context_->cancellation.cancelled() ? cancelled_error() : connection_->connector().failure(code_, {});
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): that is the error
  }
  connection_->close();
  error.never_sent = error.never_whole = true;
  return error;
}

ConnectionTrace Http1Transfer::trace() const {
  ConnectionTrace trace = connection_->connector().trace();
  if (answered_at_ > sent_at_)
    trace.answer = std::chrono::duration_cast<std::chrono::microseconds>(answered_at_ - sent_at_);
  return trace;
}

}  // namespace easypost_connect::internal
