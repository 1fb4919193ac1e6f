// SPDX-License-Identifier: Apache-2.0
// Input: a byte for how many requests there are and whether they have bodies, a byte for how many bytes are read at a
// time, then what the server sends. Each request ends once. The same requests are answered however the bytes are cut.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "fuzz_support.hpp"
#include "wire/http2_session.hpp"

namespace easypost_connect::fuzz {
namespace {

using internal::Http2Session;
using internal::Http2Transfer;
using CloseReason = Http2Transfer::CloseReason;

struct Requests {
  std::size_t count;
  bool have_bodies;
};

/// A Reading gives bytes to a session and keeps what it made of them.
class Reading {
 public:
  Reading(Requests requests, std::string_view bytes, std::size_t at_once) : transfers_(requests.count) {
    context_.url = "https://localhost/jobs";
    context_.max_response_bytes = 4096;
    for (Http2Transfer& transfer : transfers_) {
      always(transfer.begin(requests.have_bodies ? post_ : get_, context_).has_value(), "it can be sent");
      always(session_.room() > 0 && session_.start(transfer), "there is room");
    }
    session_.give(said_, SIZE_MAX);
    said_.clear();
    for (std::size_t at = 0; at < bytes.size() && !session_.over(); at += at_once) {
      if (session_.take(bytes.substr(at, at_once))) session_.give(said_, SIZE_MAX);
      collect();
    }
    complaint_ = session_.take_complaint();
    session_.end();
    collect();
  }

  void check() const {
    always(session_.streams() == 0, "no stream is left");
    always(ended_.size() == transfers_.size(), "each ends, once");
    for (const Http2Transfer* transfer : ended_) {
      always(transfer->close_reason() != CloseReason::kAnswered || transfer->status() >= 200,
             "an interim answer is none");
      always(transfer->close_reason() != CloseReason::kUnprocessed || transfer->status() == 0,
             "what is answered was looked at");
    }
  }

  /// Says whether another cut of the bytes may bring another end. The session resets a stream when it has read so far,
  /// and what the server sends for that stream is taken differently from then on. nghttp2 counts the reads, not the
  /// frames, when it looks for too many CONTINUATION frames.
  bool depends_on_cut() const {
    constexpr std::size_t kHead = 9;  // three bytes of length, one of type, then flags and stream
    constexpr char kResetStream = 3;
    for (std::size_t at = 0; at < said_.size();) {
      if (said_[at + 3] == kResetStream) return true;
      const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(said_[at + i])}; };
      at += kHead + (byte(0) << 16 | byte(1) << 8 | byte(2));
    }
    return complaint_.find("CONTINUATION") != std::string::npos;
  }

  /// Compares answers only: two faults may be seen in another order when a session says something to the server.
  void check_same(const Reading& other) const {
    for (std::size_t i = 0; i < transfers_.size(); ++i) {
      const bool answered = transfers_[i].close_reason() == CloseReason::kAnswered;
      always(answered == (other.transfers_[i].close_reason() == CloseReason::kAnswered), "the same end");
      always(!answered || transfers_[i].status() == other.transfers_[i].status(), "the same status");
    }
  }

 private:
  void collect() {
    while (const Http2Transfer* transfer = session_.next_ended()) {
      always(std::find(ended_.begin(), ended_.end(), transfer) == ended_.end(), "it had not ended yet");
      ended_.push_back(transfer);
    }
  }

  const Request get_{Method::kGet, "/jobs", {}, {}};
  const Request post_{Method::kPost, "/jobs", std::string(100'000, 'x'), {}};  // more than the window
  CallContext context_;
  std::vector<Http2Transfer> transfers_;
  Http2Session session_;
  std::string said_;  // frames that answer what the server sent
  std::string complaint_;
  std::vector<const Http2Transfer*> ended_;
};

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  const unsigned first = input.number();
  const fuzz::Requests requests{1 + first % 4, first >= 128};
  const std::size_t at_once = std::size_t{1} + input.number();
  const std::string bytes(input.take(size));
  const fuzz::Reading whole(requests, bytes, std::max<std::size_t>(bytes.size(), 1));
  const fuzz::Reading pieces(requests, bytes, at_once);
  whole.check();
  pieces.check();
  // How the bytes are cut decides how much of a body was sent when its answer came.
  if (!requests.have_bodies && !whole.depends_on_cut() && !pieces.depends_on_cut()) whole.check_same(pieces);
  return 0;
}
