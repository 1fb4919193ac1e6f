// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "wire/attempt_end.hpp"
#include "wire/connection.hpp"
#include "wire/http1_answer.hpp"
#include "wire/request_body.hpp"
#include "wire/response_sink.hpp"

namespace easypost_connect::internal {

/// One attempt after the other on a connection of its own: sends a request in HTTP/1.1 and reads its answer, on the
/// calling thread. The connection is kept while nothing is in doubt. It never sends a request twice. One thread at a
/// time.
class Http1Transfer {
 public:
  explicit Http1Transfer(const ConnectionSetup& setup) : connection_(setup) {}

  [[nodiscard]] Result<Response> send(const Request& request, const CallContext& context) noexcept;

  /// Makes a connection for a later send(), unless there is one.
  [[nodiscard]] std::optional<Error> connect(const CallContext& context);

  /// False: nothing will be sent with it any more.
  [[nodiscard]] bool usable() const noexcept { return connection_.usable(); }
  /// Host and port of its connection; empty: it never had one.
  [[nodiscard]] const std::string& authority() const noexcept { return connection_.authority(); }
  /// The way of the last transfer, whether it succeeded or not.
  [[nodiscard]] ConnectionTrace trace() const;

 private:
  [[nodiscard]] Result<Response> attempt(const Request& request, const CallContext& context, bool& in_order);
  [[nodiscard]] std::optional<Error> begin(const Request& request, const CallContext& context);
  [[nodiscard]] CURLcode transmit(const Request& request, const CallContext& context);
  [[nodiscard]] CURLcode reach(const CallContext& context);

  [[nodiscard]] CURLcode send_request(const Request& request, const CallContext& context);
  [[nodiscard]] bool add_from_body(std::string& out, std::size_t most);
  [[nodiscard]] CURLcode send(std::string_view& bytes, const CallContext& context);
  [[nodiscard]] CURLcode wait_for_leave(const CallContext& context);

  [[nodiscard]] CURLcode read_answer(const CallContext& context);
  [[nodiscard]] CURLcode look_up(const CallContext& context) const noexcept;
  [[nodiscard]] CURLcode receive();
  [[nodiscard]] CURLcode verdict() const noexcept;
  /// The answer has come, or begun: no more of the request is wanted.
  [[nodiscard]] bool answered() const noexcept {
    return answer_.status() >= 200 || answer_.state() != Http1Answer::State::kMore;
  }

  [[nodiscard]] Result<Response> judge(CURLcode code, const CallContext& context);
  [[nodiscard]] Result<Response> response();

  Connection connection_;
  Http1Answer answer_;
  ProgressReport progress_;
  AttemptEnd end_;
  ResponseSink sink_;
  RequestBody body_;
  std::string head_;   // of the request, and as much of the body as goes out with it; holds credentials
  std::string block_;  // the next of the body
  std::array<char, std::size_t{16} * 1024> in_{};
  std::size_t most_received_ = 0;  // so much of in_ holds what came
  SteadyTime sent_at_{};
  SteadyTime answered_at_{};
  long sent_ = 0;             // bytes of the request
  bool handed_over_ = false;  // all of it
  bool began_ = false;        // there was a connection to send it on
  bool reused_ = false;       // and it was there before
};

}  // namespace easypost_connect::internal
