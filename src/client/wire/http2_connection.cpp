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

/// One TLS record holds so much. The other side can read nothing of a record that could not be sent whole.
constexpr std::size_t kRecord = std::size_t{16} * 1024;
/// So much is made ready before it is sent, so that memory does not grow with the windows that the server gives.
constexpr std::size_t kHighWater = 4 * kRecord;
/// One turn reads so many times, so that a large answer does not keep the other connections waiting.
constexpr int kMostReads = 64;

/// A silence is looked into after half of the time that the most impatient transfer has. An answer to the PING is
/// awaited for half of that again. A quarter is left in which the transfer can go on elsewhere.
constexpr milliseconds kLongestPatience{10'000};
constexpr milliseconds kShortestPatience{250};
/// An answer to PING may take so long. Servers answer a PING at once, so this is the time of the way there and back.
constexpr milliseconds kLongestAnswer{5'000};
constexpr milliseconds kShortestAnswer{1'000};

/// A PING stands behind what was sent before it. If the way is slow, the bytes of a body take time.
constexpr std::uint64_t kBytesWithoutDelay = std::uint64_t{256} * 1024;
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

/// Ends the connection for good, and tells its transfers why.
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
  const std::chrono::seconds way((unheard_ - std::min(unheard_, kBytesWithoutDelay)) / kSlowestBytesASecond);
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
    read();  // an alert that says why the other side takes no more may have come
    return end(code, {});
  }
}

/// Sends a record at a time, because what libcurl has not taken has not left.
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

// --- the connections of one identity

Http2Connections::Http2Connections(ConnectionSetup setup) : setup_(std::move(setup)), sessions_(session_cache()) {}

std::unique_ptr<Connection> Http2Connections::make(HttpVersion offered) const {
  return std::make_unique<Connection>(setup_, offered, sessions_.get());
}

bool Http2Connections::speaks_http1(std::string_view authority) const noexcept {
  return http1_hosts_.find(authority) != http1_hosts_.end();
}

Http2Connection* Http2Connections::find(std::string_view authority) const noexcept {
  for (const auto& connection : connections_)
    if (connection->authority() == authority && connection->accepts()) return connection.get();
  return nullptr;
}

const Connection* Http2Connections::find_opening(std::string_view authority) const noexcept {
  for (const auto& opening : openings_)
    if (opening->connector().authority() == authority) return opening.get();
  return nullptr;
}

Result<void> Http2Connections::open(std::string_view url) {
  auto opening = make(HttpVersion::kHttp2);
  if (auto checked = opening->check(); !checked) return checked;
  openings_.reserve(openings_.size() + 1);
  const CURLcode code = opening->open(url);
  if (code != CURLE_AGAIN) return opening->connector().failure(code, {});
  openings_.push_back(std::move(opening));
  return {};
}

std::optional<Http2Connections::Opened> Http2Connections::next_opened() noexcept {
  for (auto opening = openings_.begin(); opening != openings_.end(); ++opening) {
    CURLcode code = (*opening)->go_on();
    if (code == CURLE_AGAIN) continue;
    Opened opened{std::move(*opening), code};
    openings_.erase(opening);
    if (code == CURLE_OK && !opened.connection->connector().may_carry_request())
      opened.code = CURLE_ABORTED_BY_CALLBACK;
    return opened;
  }
  return std::nullopt;
}

void Http2Connections::add(std::unique_ptr<Connection> connection) {
  connections_.push_back(std::make_unique<Http2Connection>(std::move(connection)));
}

void Http2Connections::retire() noexcept {
  const bool keeps_none = setup_.options.max_idle == 0;
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const Http2Connection& connection = *connections_[i];
    const bool in_use = connection.streams() > 0;
    const bool wanted = connection.accepts() && !keeps_none && !speaks_http1(connection.authority());
    if (!connection.over() && (in_use || wanted)) continue;
    connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// --- waiting

void Http2Connections::add_events(std::vector<curl_waitfd>& to) const {
  for (const auto& opening : openings_) opening->add_events(to, false);
  for (const auto& connection : connections_) connection->add_events(to);
}

const curl_waitfd* Http2Connections::take_events(const curl_waitfd* events) noexcept {
  for (const auto& opening : openings_) events = opening->take_events(events);
  for (const auto& connection : connections_) events = connection->take_events(events);
  return events;
}

SteadyTime Http2Connections::until() const noexcept {
  SteadyTime until = SteadyTime::max();
  for (const auto& opening : openings_) until = std::min(until, opening->until());
  for (const auto& connection : connections_)
    if (!connection->over()) until = std::min(until, connection->until());
  return until;
}

std::size_t Http2Connections::most_events() const noexcept {
  return (openings_.size() + 1) * Connection::kMostEvents + connections_.size();
}

}  // namespace easypost_connect::internal
