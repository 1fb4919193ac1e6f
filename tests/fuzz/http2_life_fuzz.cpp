// SPDX-License-Identifier: Apache-2.0
// Input: the life of an HTTP/2 session, step by step: requests begin and are cancelled, some bytes are sent, and some
// bytes of the server arrive. Each request ends once, or was cancelled. A request of which no byte was sent never
// counts as processed.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "fuzz_support.hpp"
#include "wire/http2_session.hpp"

namespace easypost_connect::fuzz {
namespace {

using internal::Http2Session;
using internal::Http2Transfer;

/// A session, and the transfers that take turns on it.
class Life {
 public:
  Life() {
    context_.url = "https://localhost/jobs";
    context_.max_response_bytes = 4096;
    for (Http2Transfer& transfer : transfers_) waiting_.push_back(&transfer);
  }

  void step(Input& input) {
    switch (input.number() % 8) {
      case 0: begin(get_); break;
      case 1: begin(post_); break;
      case 2: give_up(input.number()); break;
      case 3: session_.ping(); break;
      case 4: send(std::size_t{64} * input.number()); break;
      default: receive(input.take(input.number())); break;
    }
    collect();
  }

  void end() {
    session_.end();
    collect();
    always(running_.empty(), "each has ended");
    always(session_.streams() == 0, "no stream is left");
  }

 private:
  void begin(const Request& request) {
    if (waiting_.empty() || session_.over() || session_.room() == 0) return;
    Http2Transfer* const transfer = waiting_.back();
    waiting_.pop_back();
    always(transfer->begin(request, context_).has_value(), "it can be sent");
    always(session_.start(*transfer), "there is room");
    running_.push_back(transfer);
  }

  void give_up(std::size_t which) {
    if (running_.empty()) return;
    const auto at = running_.begin() + static_cast<std::ptrdiff_t>(which % running_.size());
    session_.cancel(**at);
    waiting_.push_back(*at);
    running_.erase(at);
  }

  /// Takes about `most` bytes from the session. The rest stays there, as if a socket took no more.
  void send(std::size_t most) {
    std::string out;
    if (!session_.over()) session_.give(out, most);
    given_ += out.size();
  }

  void receive(std::string_view bytes) {
    if (!session_.over() && !session_.take(bytes)) session_.end();
  }

  void collect() {
    while (Http2Transfer* transfer = session_.next_ended()) {
      const auto at = std::find(running_.begin(), running_.end(), transfer);
      always(at != running_.end(), "what ends was under way");
      always(transfer->close_reason() != Http2Transfer::CloseReason::kAnswered || transfer->status() >= 200,
             "an answer is a whole one");
      always(!Http2Session::has_left(*transfer, 0), "nothing has left before the first byte");
      always(transfer->status() == 0 || Http2Session::has_left(*transfer, given_), "what is answered has left");
      running_.erase(at);
      waiting_.push_back(transfer);
    }
    always(session_.streams() == running_.size(), "as many streams as transfers");
  }

  const Request get_{Method::kGet, "/jobs", {}, {}};
  const Request post_{Method::kPost, "/jobs", std::string(100'000, 'x'), {}};  // more than the window
  CallContext context_;
  std::array<Http2Transfer, 8> transfers_;
  std::vector<Http2Transfer*> waiting_;
  std::vector<Http2Transfer*> running_;
  Http2Session session_;
  std::size_t given_ = 0;
};

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  fuzz::Life life;
  while (!input.empty()) life.step(input);
  life.end();
  return 0;
}
