// SPDX-License-Identifier: Apache-2.0
// Input: a byte that is odd for an answer to HEAD, a byte for how many bytes are read at a time, then what the server
// sends. The answer is the same however it is cut. The end of the connection makes no incomplete answer whole.
#include <algorithm>
#include <string>

#include "fuzz_support.hpp"
#include "wire/http1_answer.hpp"

namespace easypost_connect::fuzz {
namespace {

using internal::Http1Answer;
using State = Http1Answer::State;

constexpr std::size_t kLimit = 4096;

/// A Reading reads one answer and keeps the result.
class Reading {
 public:
  Reading(Method method, std::string_view bytes, std::size_t at_once) {
    sink_.reset(method, kLimit, nullptr, progress_);
    answer_.begin(method, sink_);
    for (std::size_t at = 0; at < bytes.size(); at += at_once) answer_.take(bytes.substr(at, at_once));
    at_end_ = answer_.state();
    answer_.take_end(true);
    response_ = sink_.take(answer_.status()).value();
  }

  void check(std::string_view bytes) const {
    always(answer_.begun() == !bytes.empty(), "it has begun with its first byte");
    always(answer_.state() != State::kWhole || answer_.status() >= 200, "an interim answer is none");
    always(answer_.state() != State::kMalformed || *answer_.complaint() != '\0', "a refusal has its reason");
    always(answer_.state() != State::kUnwanted || sink_.too_large() || sink_.cut(), "an end has its reason");
    always(!answer_.keeps_connection() || at_end_ == State::kWhole, "only a whole answer leaves a connection in order");
    always(response_.body.size() <= std::max(kLimit, internal::ResponseBuilder::kLargestRefusal), "a bounded body");
  }

  void check_same(const Reading& other) const {
    always(answer_.state() == other.answer_.state(), "the same end");
    if (answer_.state() == State::kMalformed) return;  // the fault may be seen sooner or later
    always(answer_.status() == other.answer_.status(), "the same status");
    if (answer_.state() != State::kWhole) return;
    always(response_.body == other.response_.body, "the same body");
    always(response_.headers.size() == other.response_.headers.size(), "the same headers");
  }

 private:
  internal::ProgressReport progress_;
  internal::ResponseBuilder sink_;
  Http1Answer answer_;
  State at_end_ = State::kMore;
  Response response_;
};

}  // namespace
}  // namespace easypost_connect::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easypost_connect;
  fuzz::Input input(data, size);
  const Method method = input.number() % 2 == 1 ? Method::kHead : Method::kGet;
  const std::size_t at_once = std::size_t{1} + input.number();
  const std::string bytes(input.take(size));
  const fuzz::Reading whole(method, bytes, std::max<std::size_t>(bytes.size(), 1));
  const fuzz::Reading pieces(method, bytes, at_once);
  whole.check(bytes);
  pieces.check(bytes);
  whole.check_same(pieces);
  return 0;
}
