// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <nghttp2/nghttp2.h>

#include "sandbox/http2_exchange.hpp"
#include "sandbox/http2_heads.hpp"
#include "sandbox/wakeup.hpp"

namespace easypost_connect::sandbox {

/// The server's side of one HTTP/2 connection (RFC 9113): bytes in, bytes out, and an exchange for each request. Does
/// no I/O and starts no thread. For one thread.
class Http2Session {
 public:
  /// Called when the head of a request has come; somebody has to call finish() of the exchange.
  using Begin = std::function<void(const std::shared_ptr<Http2Exchange>&)>;

  /// Throws std::bad_alloc. `answers` is woken when an exchange has something to send; it outlives all exchanges.
  Http2Session(const Wakeup& answers, Begin begin);
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// What the client has sent. False: nothing more can be understood.
  [[nodiscard]] bool receive(std::string_view bytes);
  /// Takes what the exchanges have to say.
  void collect_answers();
  /// Appends what is to be sent, a few frames at a time; nothing appended: there is nothing.
  void append_output(std::string& bytes);

  /// Takes no more requests; those that have come are answered (GOAWAY).
  void go_away();
  /// Nobody takes the answers any more.
  void abandon();
  [[nodiscard]] bool is_idle() const noexcept { return exchanges_.empty(); }
  [[nodiscard]] bool is_over() const noexcept;

 private:
  struct Callbacks;
  struct Delete {
    void operator()(nghttp2_session* session) const noexcept { nghttp2_session_del(session); }
  };

  void begin(std::int32_t stream, bool has_content);
  void end_request(std::int32_t stream);
  void answer_sent(std::int32_t stream);
  void closed(std::int32_t stream);
  void collect(std::int32_t stream, Http2Exchange& exchange);
  void submit(std::int32_t stream, const Http2AnswerHead& head, Http2Exchange& exchange);

  const Wakeup& answers_;
  const Begin begin_;
  std::map<std::int32_t, Http2RequestHead> arriving_;
  std::map<std::int32_t, std::shared_ptr<Http2Exchange>> exchanges_;
  std::unique_ptr<nghttp2_session, Delete> session_;
};

}  // namespace easypost_connect::sandbox
