// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <nghttp2/nghttp2.h>

#include "sandbox/http2_heads.hpp"
#include "sandbox/http2_stream.hpp"
#include "sandbox/wakeup.hpp"

namespace easypost_connect::sandbox {

/// The server's side of one HTTP/2 connection (RFC 9113): bytes in, bytes out, and an stream for each request. Does
/// no I/O and starts no thread. For one thread.
class Http2Session {
 public:
  /// Called when the head of a request has come; somebody has to call finish() of the stream.
  using Begin = std::function<void(const std::shared_ptr<Http2Stream>&)>;

  /// Throws std::bad_alloc. `answers` is woken when an stream has something to send; it outlives all streams.
  Http2Session(const Wakeup& answers, Begin begin);
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  /// Takes bytes that the client has sent. False: nothing more can be understood.
  [[nodiscard]] bool receive(std::string_view bytes);
  /// Takes what the streams have to say.
  void collect_answers();
  /// Appends what is to be sent, a few frames at a time; nothing appended: there is nothing.
  void append_output(std::string& bytes);

  /// Takes no more requests; those that have come are answered (GOAWAY).
  void go_away();
  /// Has to be called when the client is gone: answers are dropped from then on.
  void abandon();
  [[nodiscard]] bool is_idle() const noexcept { return streams_.empty(); }
  [[nodiscard]] bool is_over() const noexcept;

 private:
  struct Callbacks;
  struct Delete {
    void operator()(nghttp2_session* session) const noexcept { nghttp2_session_del(session); }
  };

  void begin(std::int32_t stream_id, bool has_content);
  void end_request(std::int32_t stream_id);
  void answer_sent(std::int32_t stream_id);
  void closed(std::int32_t stream_id);
  void collect(std::int32_t stream_id, Http2Stream& stream);
  void submit(std::int32_t stream_id, const Http2AnswerHead& head, Http2Stream& stream);

  const Wakeup& answers_;
  const Begin begin_;
  std::map<std::int32_t, Http2RequestHead> arriving_;
  std::map<std::int32_t, std::shared_ptr<Http2Stream>> streams_;
  std::unique_ptr<nghttp2_session, Delete> session_;
};

}  // namespace easypost_connect::sandbox
