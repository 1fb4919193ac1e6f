// SPDX-License-Identifier: Apache-2.0
#include "wire/http2_connection.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <new>
#include <utility>

namespace easypost_connect::internal {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What one TLS record holds. Of one that could not be sent whole, the other side can read nothing.
constexpr std::size_t kRecord = std::size_t{16} * 1024;
/// So much is made ready before it is sent: memory does not grow with the windows that the server gives.
constexpr std::size_t kHighWater = 4 * kRecord;
/// Reads of one turn: a large answer does not keep the other connections waiting.
constexpr int kMostReads = 64;

/// A silence is looked into after half of the time that the most impatient transfer has, and an answer is awaited for
/// half of that again: a quarter is left in which the transfer can go on elsewhere.
constexpr milliseconds kLongestPatience{10'000};
constexpr milliseconds kShortestPatience{250};
/// So long an answer to PING may take. Servers answer it at once: this is the way there and back.
constexpr milliseconds kLongestAnswer{5'000};
constexpr milliseconds kShortestAnswer{1'000};

/// A PING stands behind what was sent before it: on a slow way, the bytes of a body.
constexpr std::uint64_t kOvertaken = std::uint64_t{256} * 1024;  // so many bytes cost no time worth speaking of
constexpr std::uint64_t kSlowestBytesASecond = std::uint64_t{32} * 1024;

constexpr std::string_view kEnded = "The server ended the connection";

}  // namespace

Http2Connection::Http2Connection(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), patience_(kLongestPatience) {
  out_.reserve(kHighWater + kRecord);
}

bool Http2Connection::accepts() const noexcept {
  const bool unwanted = session_.streams() == 0 && connection_->was_idle_too_long();
  const bool doubtful = pinged_ && steady_clock::now() > pinged_at_ + kShortestAnswer;
  return !over_ && session_.accepts() && !unwanted && !doubtful && !connection_->has_outlived();
}

void Http2Connection::keep() noexcept {
  used_ = true;
  connection_->keep();
}

bool Http2Connection::start(Http2Transfer& transfer) noexcept {
  const auto now = steady_clock::now();
  if (session_.streams() == 0) {
    heard_at_ = now;
    unheard_ = 0;
    patience_ = kLongestPatience;
  }
  const auto half = std::chrono::duration_cast<milliseconds>(transfer.end() - now) / 2;
  patience_ = std::min(patience_, std::max(half, kShortestPatience));
  transfer.set_reused(std::exchange(used_, true));
  return session_.start(transfer);
}

Result<Response> Http2Connection::finish(Http2Transfer& transfer) noexcept {
  Http2Transfer::End end{code_, {}, Http2Session::has_left(transfer, sent_), session_.has_answered()};
  try {
    end.words = over_ ? words_ : session_.take_complaint();
  } catch (const std::bad_alloc&) {
    end.code = CURLE_OUT_OF_MEMORY;
  }
  if (session_.streams() == 0) connection_->keep();
  return transfer.finish(std::move(end), connection_->connector());
}

Result<Response> Http2Connection::abort(Http2Transfer& transfer, CURLcode code) noexcept {
  session_.cancel(transfer);
  if (session_.streams() == 0) connection_->keep();
  return transfer.finish({code, {}, Http2Session::has_left(transfer, sent_), false}, connection_->connector());
}

void Http2Connection::run() noexcept try {
  if (!over_) watch(steady_clock::now());
  if (!over_) write();
  if (!over_) read();
  if (!over_) write();
  if (!over_ && session_.over()) end_with_session();
} catch (const std::bad_alloc&) {
  end(CURLE_OUT_OF_MEMORY, {});
}

void Http2Connection::end_with_session() {
  std::string words = session_.take_complaint();
  if (!session_.broken()) words.insert(0, words.empty() ? kEnded : std::string(kEnded) + ": ");
  end(CURLE_GOT_NOTHING, words);
}

/// The connection cannot be used any more, and its transfers hear of it.
void Http2Connection::end(CURLcode code, std::string_view words) noexcept {
  if (std::exchange(over_, true)) return;
  code_ = code;
  try {
    words_ = words;
  } catch (const std::bad_alloc&) {
    words_.clear();
  }
  session_.end();
  connection_->close();
  OPENSSL_cleanse(out_.data(), out_.size());
  OPENSSL_cleanse(in_.data(), in_.size());
}

// --- silence

SteadyTime Http2Connection::until() const noexcept {
  if (over_ || connection_->readable()) return steady_clock::now();
  if (session_.streams() == 0) return SteadyTime::max();
  if (!pinged_) return heard_at_ + patience_;
  const std::chrono::seconds way((unheard_ - std::min(unheard_, kOvertaken)) / kSlowestBytesASecond);
  return std::max(pinged_at_, heard_at_) + std::clamp(patience_ / 2, kShortestAnswer, kLongestAnswer) + way;
}

void Http2Connection::watch(SteadyTime now) noexcept {
  if (heard_at_ > pinged_at_ || session_.ping_answered()) pinged_ = false;
  if (session_.streams() == 0 || connection_->readable() || now < until()) return;
  if (pinged_) return end(CURLE_AGAIN, "The connection has gone silent: the server does not answer a PING");
  session_.ping();
  pinged_ = true;
  pinged_at_ = now;
}

// --- bytes

void Http2Connection::write() {
  for (;;) {
    session_.give(out_, kHighWater);
    if (out_.empty()) return;
    const CURLcode code = flush();
    if (code == CURLE_AGAIN) return;
    if (code == CURLE_OK) continue;
    connection_->expect_more();
    read();  // why the other side takes no more may have come: an alert
    return end(code, {});
  }
}

/// A record at a time: what libcurl has not taken has not left.
CURLcode Http2Connection::flush() noexcept {
  while (out_done_ < out_.size()) {
    std::string_view record = std::string_view(out_).substr(out_done_, kRecord);
    const std::size_t before = record.size();
    const CURLcode code = connection_->send(record);
    out_done_ += before - record.size();
    sent_ += before - record.size();
    unheard_ += before - record.size();
    if (code == CURLE_OK && std::exchange(blocked_, false)) heard_at_ = steady_clock::now();
    if (code == CURLE_OK) continue;
    blocked_ = code == CURLE_AGAIN;
    return code;
  }
  OPENSSL_cleanse(out_.data(), out_.size());
  out_.clear();
  out_done_ = 0;
  return CURLE_OK;
}

void Http2Connection::read() {
  for (int reads = 0; !over_ && connection_->readable() && reads < kMostReads; ++reads) {
    std::size_t size = 0;
    const CURLcode code = connection_->receive(in_.data(), in_.size(), size);
    if (code == CURLE_AGAIN) break;
    if (code != CURLE_OK) return end(code, {});
    if (size == 0) return end_with_session();
    const bool goes_on = session_.take({in_.data(), size});
    if (session_.take_sign_of_life()) {
      heard_at_ = steady_clock::now();
      unheard_ = 0;
    }
    if (!goes_on) break;
  }
}

}  // namespace easypost_connect::internal
