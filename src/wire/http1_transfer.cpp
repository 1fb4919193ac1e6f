// SPDX-License-Identifier: Apache-2.0
#include "wire/http1_transfer.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <new>
#include <utility>

#include "core/body_target.hpp"
#include "core/make_error.hpp"
#include "core/wipe.hpp"
#include "wire/http1_request.hpp"
#include "wire/transfer_error.hpp"

namespace easypost_connect::internal {
namespace {

using std::chrono::steady_clock;

/// What one TLS record holds (RFC 8446, section 5.1). The other side can read nothing of one that has not come whole.
constexpr std::size_t kRecord = std::size_t{16} * 1024;
/// Of a body, read and sent at once.
constexpr std::size_t kBlock = std::size_t{64} * 1024;
/// "0000ffff" and a line end.
constexpr std::size_t kChunkHead = 10;
/// So long a server has to say that it will take a body (RFC 9110, section 10.1.1: not indefinitely).
constexpr std::chrono::seconds kLongestLeave{1};

constexpr int kContinue = 100;

void write_chunk_head(char* at, std::size_t size) noexcept {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 28; shift >= 0; shift -= 4) *at++ = kDigits[(size >> shift) & 15];
  *at++ = '\r';
  *at = '\n';
}

}  // namespace

Result<Response> Http1Transfer::send(const Request& request, const CallContext& context) noexcept {
  Result<Response> outcome = out_of_memory();
  bool in_order = false;
  try {
    outcome = attempt(request, context, in_order);
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): that is the outcome
  }
  in_order ? connection_.keep() : connection_.close();
  if (outcome) {
    outcome->request_cut_short = !handed_over_;
  } else {
    outcome.error().never_sent = sent_ == 0;
    outcome.error().never_whole = !handed_over_;
  }
  body_.close();
  sink_.close();
  wipe(head_);
  OPENSSL_cleanse(in_.data(), std::exchange(most_received_, 0));
  return outcome;
}

Result<Response> Http1Transfer::attempt(const Request& request, const CallContext& context, bool& in_order) {
  if (auto error = begin(request, context)) return *std::move(error);
  const CURLcode code = transmit(request, context);
  in_order = code == CURLE_OK && answer_.keeps_connection() && handed_over_;
  return judge(code, context);
}

std::optional<Error> Http1Transfer::begin(const Request& request, const CallContext& context) {
  sent_ = 0;
  began_ = reused_ = handed_over_ = false;
  sent_at_ = answered_at_ = {};
  progress_.begin(request.options.progress, size_of(request.body));
  sink_.reset(request.method, context.max_response_bytes, target_of(request.options.sink), progress_);
  answer_.begin(request.method, sink_);
  if (auto error = body_.open(request, progress_)) return error;
  end_.begin(request, context, body_.whole());
  return connection_.refusal();
}

CURLcode Http1Transfer::transmit(const Request& request, const CallContext& context) {
  const CancellationCallback wake(context.cancellation, [this] { connection_.wake(); });
  if (const CURLcode code = reach(context); code != CURLE_OK) return code;
  began_ = true;
  const CURLcode sent = send_request(request, context);
  if (sent != CURLE_OK && sent != CURLE_SEND_ERROR) return sent;
  const CURLcode read = read_answer(context);  // when it would read no more, the other side may have said why
  return sent == CURLE_OK || read == CURLE_OK ? read : sent;
}

/// There is a connection that the request may go out on.
CURLcode Http1Transfer::reach(const CallContext& context) {
  if (context.cancellation.cancelled()) return CURLE_ABORTED_BY_CALLBACK;
  reused_ = connection_.is_ready_for(context.url);
  if (!reused_) {
    const CURLcode code = connection_.open(context.url, end_.at(), context.cancellation);
    if (code != CURLE_OK) return code;
  }
  return connection_.may_carry_request() ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
}

std::optional<Error> Http1Transfer::connect(const CallContext& context) {
  if (auto error = connection_.refusal()) return error;
  const CancellationCallback wake(context.cancellation, [this] { connection_.wake(); });
  began_ = false;
  end_.begin(context);
  const CURLcode code = reach(context);
  if (code == CURLE_OK) return std::nullopt;
  Error error = context.cancellation.cancelled() ? cancelled_error() : connection_.connector().failure(code, {});
  connection_.close();
  return error;
}

// --- the request

/// Head and body are one record if they fit, unless the body is a function's to give, or to be asked for.
CURLcode Http1Transfer::send_request(const Request& request, const CallContext& context) {
  const bool sized = body_.size() >= 0;
  const auto size = sized ? std::optional(static_cast<std::uint64_t>(body_.size())) : std::nullopt;
  const bool at_once = !request.body.bytes().empty() && !context.ask_first;
  const std::size_t room = at_once ? std::min(kRecord, request.body.bytes().size()) : 0;
  write_request_head(head_, request, context, size, room);
  if (at_once && head_.size() < kRecord && !add_from_body(head_, std::min(room, kRecord - head_.size())))
    return CURLE_ABORTED_BY_CALLBACK;
  std::string_view rest = head_;
  CURLcode code = send(rest, context);
  if (code == CURLE_OK && context.ask_first && !body_.whole()) code = wait_for_leave(context);
  while (code == CURLE_OK && !body_.whole() && !answered()) {
    block_.clear();
    if (!add_from_body(block_, kBlock)) return CURLE_ABORTED_BY_CALLBACK;
    rest = block_;
    code = send(rest, context);
    if (code == CURLE_OK) code = look_up(context);
  }
  handed_over_ = body_.whole() && rest.empty();
  sent_at_ = steady_clock::now();
  return code;
}

/// The next of the body, in a chunk if its size was not announced. False: it cannot be read.
bool Http1Transfer::add_from_body(std::string& out, std::size_t most) {
  const bool chunked = body_.size() < 0;
  const std::size_t before = out.size();
  const std::size_t at = before + (chunked ? kChunkHead : 0);
  out.resize(at + most);
  const std::size_t size = RequestBody::on_read(out.data() + at, 1, most, &body_);
  end_.moved(body_.whole(), steady_clock::now());
  if (size > most) return false;
  out.resize(at + size);
  if (!chunked) return true;
  write_chunk_head(out.data() + before, size);
  out.append("\r\n");
  return true;
}

/// Sends all of it, unless an answer comes before; takes away what it has sent.
CURLcode Http1Transfer::send(std::string_view& bytes, const CallContext& context) {
  while (!bytes.empty() && !answered()) {
    // Until it has sent something, one record at a time: none of the request is sent until a record is.
    std::string_view part = sent_ == 0 ? bytes.substr(0, kRecord) : bytes;
    const std::size_t before = part.size();
    CURLcode code = connection_.send(part);
    sent_ += static_cast<long>(before - part.size());
    bytes.remove_prefix(before - part.size());
    if (code == CURLE_OK) continue;
    if (code != CURLE_AGAIN) return code;
    code = connection_.wait(Connection::kReadableOrWritable, end_.at(), context.cancellation);
    if (code == CURLE_OK && connection_.readable()) code = receive();
    if (code != CURLE_OK && code != CURLE_AGAIN) return code;
  }
  return CURLE_OK;
}

/// Until the server says that it will take the body, or that it will not; for a second at most, because it need not say
/// anything.
CURLcode Http1Transfer::wait_for_leave(const CallContext& context) {
  const SteadyTime until = std::min(end_.at(), steady_clock::now() + kLongestLeave);
  while (answer_.status() != kContinue && !answered()) {
    CURLcode code = receive();
    if (code == CURLE_AGAIN) code = connection_.wait(Connection::kReadable, until, context.cancellation);
    if (code == CURLE_OPERATION_TIMEDOUT && until < end_.at()) return CURLE_OK;
    if (code != CURLE_OK) return code;
  }
  return CURLE_OK;
}

// --- the answer

CURLcode Http1Transfer::read_answer(const CallContext& context) {
  while (answer_.state() == Http1Answer::State::kMore) {
    CURLcode code = receive();
    if (code == CURLE_AGAIN) {
      code = connection_.wait(Connection::kReadable, end_.at(), context.cancellation);
    } else if (code == CURLE_OK && answer_.state() == Http1Answer::State::kMore) {
      code = look_up(context);
    }
    if (code != CURLE_OK) return code;
  }
  return verdict();
}

/// What wait() looks at, for a body that comes or goes so fast that it never has to wait.
CURLcode Http1Transfer::look_up(const CallContext& context) const noexcept {
  if (context.cancellation.cancelled()) return CURLE_ABORTED_BY_CALLBACK;
  return steady_clock::now() < end_.at() ? CURLE_OK : CURLE_OPERATION_TIMEDOUT;
}

/// Takes what has come of it.
CURLcode Http1Transfer::receive() {
  std::size_t size = 0;
  if (const CURLcode code = connection_.receive(in_.data(), in_.size(), size); code != CURLE_OK) return code;
  if (size == 0) {
    if (answer_.take_end(connection_.ended_orderly()) == Http1Answer::State::kWhole) return CURLE_OK;
    return answer_.begun() ? CURLE_PARTIAL_FILE : CURLE_GOT_NOTHING;
  }
  most_received_ = std::max(most_received_, size);
  const auto now = steady_clock::now();
  if (!answer_.begun()) answered_at_ = now;
  answer_.take({in_.data(), size});
  if (answer_.status() >= 200) end_.moved(body_.whole(), now);
  return verdict();
}

/// CURLE_OK: it is whole, or more of it is to come.
CURLcode Http1Transfer::verdict() const noexcept {
  switch (answer_.state()) {
    case Http1Answer::State::kUnwanted: return CURLE_WRITE_ERROR;
    case Http1Answer::State::kMalformed: return CURLE_WEIRD_SERVER_REPLY;
    default: return CURLE_OK;
  }
}

// --- what it has come to

/// A server that refuses a request before it has read all of it may end the connection behind its answer: the status
/// says more than that end does.
Result<Response> Http1Transfer::judge(CURLcode code, const CallContext& context) {
  const bool refused_early = connection_ended(code) && answer_.status() >= 400;
  if (code == CURLE_OK || sink_.cut() || refused_early) return response();
  if (context.cancellation.cancelled()) return cancelled_error();
  if (body_.failure()) return *std::move(body_.failure());
  if (sink_.failure()) return *std::move(sink_.failure());
  if (sink_.too_large()) return sink_.too_large_error();
  std::string words;
  if (code == CURLE_WEIRD_SERVER_REPLY)
    words = std::string("The answer breaks the rules of HTTP/1.1: ") + answer_.complaint();
  Error error = connection_.connector().failure(code, {began_, sent_, answer_.status()}, words);
  error.seen.kept_connection = reused_ && !answer_.begun();
  return error;
}

Result<Response> Http1Transfer::response() {
  connection_.connector().answered(answer_.status());
  auto response = sink_.take(answer_.status());
  if (response) response->connection_reused = reused_;
  return response;
}

ConnectionTrace Http1Transfer::trace() const {
  ConnectionTrace trace = connection_.connector().trace();
  if (answered_at_ > sent_at_)
    trace.answer = std::chrono::duration_cast<std::chrono::microseconds>(answered_at_ - sent_at_);
  return trace;
}

}  // namespace easypost_connect::internal
