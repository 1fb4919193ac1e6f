// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/transfer.hpp"

namespace easypost_connect::internal {

/// One attempt after the other, each on a stream of an HTTP/2 connection: begin(), then a Http2Session speaks,
/// finish(). One thread at a time.
class Http2Transfer : public Transfer {
 public:
  /// Of a stream that has ended.
  enum class Fate {
    kAnswered,     ///< the answer is whole
    kUnwanted,     ///< the sink wants no more of it, or the body of the request cannot be read
    kUnprocessed,  ///< the server has not looked at the request, and will not (RFC 9113, sections 6.8 and 8.7)
    kMalformed,    ///< the answer is not what RFC 9113 says
    kReset,        ///< the server has ended the stream before its answer was whole
    kLost,         ///< the connection has ended before
  };

  /// A header field as HTTP/2 has it: its name in lower case.
  struct Field {
    std::string_view name;
    std::string_view value;
    bool secret = false;  ///< to be kept out of the tables of header compression (RFC 7541, section 7.1.3)
  };

  /// Both must live until finish(). An Error: there is nothing to send.
  [[nodiscard]] std::optional<Error> begin(const Request& request, const CallContext& context);

  /// The connection, or whoever had the transfer, has ended it.
  struct End {
    CURLcode code = CURLE_OK;   ///< of a transfer that had no end of its own
    std::string words;          ///< what was seen, if libcurl does not know it
    bool has_left = false;      ///< some of the request has
    bool has_answered = false;  ///< the connection had brought answers
  };
  /// What it has come to; closes the bodies.
  [[nodiscard]] Result<Response> finish(End end, Connector& connector) noexcept;
  /// Instead, of one that HTTP/1.1 is to carry: the server has not looked at it, and demands that (RFC 9113, section
  /// 7).
  [[nodiscard]] bool demands_http1() const noexcept;
  void leave_to_http1() noexcept;

  // --- for the session that speaks

  /// The connection has carried others before, or was made for later ones.
  void set_reused(bool reused) noexcept { reused_ = reused; }
  /// Of the request, without its body. They are there from begin() to finish().
  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
  /// Bytes of a body, or the news that there are none, come behind the fields.
  [[nodiscard]] bool has_body() const noexcept { return body_.size() != 0; }
  /// The next of the body, as RequestBody::read().
  [[nodiscard]] std::optional<std::size_t> read_body(char* buffer, std::size_t capacity) noexcept;
  [[nodiscard]] bool body_is_whole() const noexcept { return body_.whole(); }

  /// A head, or trailers, begin.
  void on_head() noexcept { head_status_ = 0; }
  void on_head_end() noexcept;
  /// False, of this and the next: no more of the answer is wanted.
  [[nodiscard]] bool on_field(std::string_view name, std::string_view value) noexcept;
  [[nodiscard]] bool on_body(std::string_view part) noexcept;
  void on_end(Fate fate, std::uint32_t error_code) noexcept;

  /// Of the answer, once its head has begun; 0: it has not.
  [[nodiscard]] int status() const noexcept { return status_; }
  /// Something of an answer has come, if only an interim one.
  [[nodiscard]] bool begun() const noexcept { return status_ != 0 || head_status_ != 0; }
  [[nodiscard]] Fate fate() const noexcept { return fate_; }

 private:
  friend class Http2Session;

  void write_fields(const Request& request, const CallContext& context);
  [[nodiscard]] Result<Response> outcome(End end, Connector& connector);
  [[nodiscard]] Error unprocessed() const;

  const Request* request_ = nullptr;
  const CallContext* context_ = nullptr;
  std::vector<Field> fields_;
  // What fields_ points to: path and query, names in lower case, the length of the body.
  std::string path_;
  std::string lower_;
  std::string length_;
  bool reused_ = false;
  int head_status_ = 0;  // of the head that is being read; 0: of trailers, or not known yet
  int status_ = 0;
  Fate fate_ = Fate::kLost;
  std::uint32_t error_code_ = 0;  // with which the stream was ended (RFC 9113, section 7)

  // The session's own.
  Http2Transfer* previous_ = nullptr;
  Http2Transfer* next_ = nullptr;
  std::int32_t stream_ = 0;
  std::uint64_t begins_at_ = 0;  // of the bytes of the connection
  bool written_ = false;         // its head has been, to there
  bool answered_ = false;        // its answer is whole
  bool unwanted_ = false;
  bool reset_ = false;  // by the server
};

}  // namespace easypost_connect::internal
