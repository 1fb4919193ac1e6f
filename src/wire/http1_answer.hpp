// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <llhttp.h>

#include <string>
#include <string_view>

#include "wire/response_sink.hpp"

namespace easypost_connect::internal {

/// The codec of HTTP/1.1's answers (RFC 9112), without I/O: bytes go in, the parts of one answer come out, into a
/// ResponseSink. llhttp reads; what it or an older version of it (8.1) lets pass and the RFC does not is refused here:
/// a status line that is none of HTTP/1, line feeds alone, folded lines, transfer codings but one "chunked", switching
/// the protocol (101). Interim answers are passed over, trailers and extensions of chunks dropped. One answer at a
/// time; nothing is allocated for it but what fields need.
class Http1Answer {
 public:
  enum class State {
    kMore,       ///< some of it is still to come
    kWhole,      ///< by its length, by its last chunk, or by the end of the connection
    kUnwanted,   ///< the sink wants no more of it
    kMalformed,  ///< it is not what RFC 9112 says, or could be read in two ways: complaint() says why
  };

  Http1Answer() noexcept;
  Http1Answer(const Http1Answer&) = delete;
  Http1Answer& operator=(const Http1Answer&) = delete;

  /// The next bytes belong to the answer to a request of that method. `sink` must outlive that.
  void begin(Method method, ResponseSink& sink) noexcept;

  /// The next bytes of the connection.
  State take(std::string_view bytes) noexcept;
  /// The connection has ended; kMore: in the middle of the answer. `orderly`: the other side said so (close_notify),
  /// so that nobody can have cut off what came before.
  State take_end(bool orderly) noexcept;

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Of the last head that was read to its end, an interim one too; 0: there was none.
  [[nodiscard]] int status() const noexcept { return status_; }
  /// Whether a byte of it has come.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  /// kWhole: the connection may carry the next request.
  [[nodiscard]] bool keeps_connection() const noexcept { return keeps_connection_; }
  [[nodiscard]] const char* complaint() const noexcept { return complaint_; }

 private:
  static Http1Answer& of(llhttp_t* parser) noexcept { return *static_cast<Http1Answer*>(parser->data); }
  static llhttp_settings_t make_settings() noexcept;

  enum class ChunkLine { kNone, kSize, kBlanks, kExtension };  // which part of one the next byte is in

  [[nodiscard]] std::size_t read(std::string_view bytes) noexcept;
  [[nodiscard]] std::size_t read_chunk_line(std::string_view bytes) noexcept;
  [[nodiscard]] bool fits_status_line(std::string_view bytes) noexcept;
  [[nodiscard]] bool has_bare_line_feed(const char* end) noexcept;

  int on_head() noexcept;
  int on_name(std::string_view part) noexcept;
  int on_value(std::string_view part) noexcept;
  int on_field() noexcept;
  int on_head_end() noexcept;
  int on_body(std::string_view part) noexcept;
  int on_chunk_end() noexcept;
  int on_end() noexcept;
  [[nodiscard]] int collect(std::string& text, std::string_view part) noexcept;
  [[nodiscard]] int refuse(const char* complaint) noexcept;
  [[nodiscard]] int stop() noexcept;

  llhttp_settings_t settings_;
  llhttp_t parser_{};
  ResponseSink* sink_ = nullptr;
  State state_ = State::kMore;
  const char* complaint_ = "";
  int status_ = 0;
  bool to_head_ = false;
  bool begun_ = false;
  bool keeps_connection_ = false;
  bool coded_ = false;  // a transfer coding was named
  ChunkLine chunk_line_ = ChunkLine::kNone;
  std::size_t chunk_overhead_ = 0;  // bytes of extensions that no content makes up for
  bool trailers_ = false;           // the fields that come now are behind the last chunk
  std::string name_;
  std::string value_;
  std::size_t status_line_ = 0;  // so much of it has come; kLineEnded: all
  // To see a line feed alone: up to there the bytes have been looked at, or belong to the body.
  const char* framing_ = nullptr;
  char before_ = '\0';  // the byte before it, unless that belongs to the body
  // To see a folded line: no line may end between the name of a field and any piece of its value.
  const char* seen_ = nullptr;  // up to here the bytes are known to be the field's own
  bool line_ended_ = false;     // behind there, in bytes that were taken before
};

}  // namespace easypost_connect::internal
