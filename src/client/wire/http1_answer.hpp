// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <llhttp.h>

#include <string>
#include <string_view>

#include "wire/response_builder.hpp"

namespace easypost_connect::internal {

/// The codec of HTTP/1.1's answers (RFC 9112), without I/O: bytes go in, and the parts of one answer go to a
/// ResponseBuilder. llhttp reads. Http1Answer refuses what llhttp (or its version 8.1) lets pass and the RFC does not:
/// a status line that is none of HTTP/1, line feeds alone, folded lines, transfer codings but one "chunked", switching
/// the protocol (101). Interim answers are passed over, trailers and extensions of chunks dropped. It reads one answer
/// at a time, and allocates only for fields.
class Http1Answer {
 public:
  enum class State {
    kMore,       ///< some of it is still to come
    kWhole,      ///< length, last chunk, or the end of the connection say so
    kUnwanted,   ///< the builder wants no more of it
    kMalformed,  ///< the bytes break RFC 9112, or can be read in two ways: complaint() says why
  };

  Http1Answer() noexcept;
  Http1Answer(const Http1Answer&) = delete;
  Http1Answer& operator=(const Http1Answer&) = delete;

  /// Expects the answer to a request of that method. `builder` must live until the answer is read.
  void begin(Method method, ResponseBuilder& builder) noexcept;

  /// Reads the next bytes of the connection.
  State take(std::string_view bytes) noexcept;
  /// Notes that the connection has ended; kMore means that it did so in the middle of the answer. `orderly` says that
  /// the other side announced the end (close_notify), so that nobody can have cut off what came before.
  State take_end(bool orderly) noexcept;

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Returns the status of the last head that was read to its end, even of an interim answer. It is 0 if there was
  /// none.
  [[nodiscard]] int status() const noexcept { return status_; }
  /// Tells whether a byte of the answer has come.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  /// Tells whether the connection may carry the next request, once the answer is kWhole.
  [[nodiscard]] bool keeps_connection() const noexcept { return keeps_connection_; }
  [[nodiscard]] const char* complaint() const noexcept { return complaint_; }

 private:
  static Http1Answer& of(llhttp_t* parser) noexcept { return *static_cast<Http1Answer*>(parser->data); }
  static llhttp_settings_t make_settings() noexcept;

  enum class ChunkLine { kNone, kSize, kBlanks, kExtension };  // the part of a chunk's line that the next byte is in

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
  ResponseBuilder* builder_ = nullptr;
  State state_ = State::kMore;
  const char* complaint_ = "";
  int status_ = 0;
  bool to_head_ = false;
  bool begun_ = false;
  bool keeps_connection_ = false;
  bool coded_ = false;  // a field has named a transfer coding
  ChunkLine chunk_line_ = ChunkLine::kNone;
  std::size_t chunk_overhead_ = 0;  // bytes of extensions that no content makes up for
  bool trailers_ = false;           // the fields that come now stand behind the last chunk
  std::string name_;
  std::string value_;
  std::size_t status_line_ = 0;  // bytes of the status line that have come; kLineEnded if all have
  // Line feeds alone are looked for from here on. The bytes before were looked at, or belong to the body.
  const char* framing_ = nullptr;
  char before_ = '\0';  // the byte before framing_, unless it belongs to the body
  // A folded line is found so: no line may end between the name of a field and any piece of its value.
  const char* seen_ = nullptr;  // the bytes up to here are known to be the field's own
  bool line_ended_ = false;     // a line has ended behind seen_, in bytes that were taken before
};

}  // namespace easypost_connect::internal
