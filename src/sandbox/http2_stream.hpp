// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <httplib.h>

#include "sandbox/http2_heads.hpp"
#include "sandbox/served_stream.hpp"
#include "sandbox/wakeup.hpp"

namespace easypost_connect::sandbox {

/// A request of an HTTP/2 connection and its answer. To httplib, on a thread of its own, it is a connection of HTTP/1.1
/// that carries just this one; the thread of the real connection puts frames in and takes frames out.
class Http2Stream final : public ServedStream {
 public:
  /// `connection` is told whenever there is something to take; it has to outlive finish().
  Http2Stream(const Http2RequestHead& head, bool has_content, const Wakeup& connection);

  // The functions below are for the thread of the connection. They never wait.

  void add_content(std::string_view data);
  void end_request();
  [[nodiscard]] bool has_whole_request() const;
  void abandon();  ///< the stream is closed: nothing more comes, and nobody takes the answer

  /// The next head of the answer, of which all but the last are informational (1xx).
  std::optional<Http2AnswerHead> next_head();
  /// The answer has ended, and this is what is still to be taken: nothing.
  [[nodiscard]] bool is_taken() const;
  /// httplib ended before there was an answer.
  [[nodiscard]] bool has_no_answer() const;

  enum class Outlook { kMore, kEnd, kCut };  // content may follow, is complete, will never be
  struct Content {
    std::size_t size;  // written to the buffer
    Outlook outlook;
  };
  Content take_content(char* buffer, std::size_t capacity);

  // The functions below are for the thread that answers.

  void finish(bool well);  ///< the last call of that thread; false: the answer is not whole

  using ServedStream::write;
  ssize_t write(const char* data, std::size_t size) override;

 private:
  ssize_t receive(char* buffer, std::size_t capacity) override;
  [[nodiscard]] bool has_final_head() const noexcept;
  std::string_view read_head(std::string_view data);  // gives back what is behind it

  const bool in_chunks_;
  const Wakeup& connection_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string request_;  // written in HTTP/1.1
  std::size_t read_ = 0;
  bool request_ended_;
  bool abandoned_ = false;

  std::string partial_head_;
  std::deque<Http2AnswerHead> heads_;
  int last_status_ = 0;
  std::string content_;  // the answer's
  std::size_t taken_ = 0;
  bool finished_ = false;
  bool whole_ = false;
};

}  // namespace easypost_connect::sandbox
