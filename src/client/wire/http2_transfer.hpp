// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/transfer.hpp"

namespace easypost_connect::internal {

/// Makes one attempt after the other, each on a stream of an HTTP/2 connection. The caller calls begin(), a
/// Http2Session speaks, and the caller calls finish(). One thread at a time.
class Http2Transfer : public Transfer {
 public:
  /// Says why a stream was closed.
  enum class CloseReason {
    kAnswered,     ///< the answer is whole
    kUnwanted,     ///< the builder wants no more of it, or the body of the request cannot be read
    kUnprocessed,  ///< the server has not looked at the request, and will not (RFC 9113, sections 6.8 and 8.7)
    kMalformed,    ///< the answer is not what RFC 9113 says
    kReset,        ///< the server has ended the stream before its answer was whole
    kLost,         ///< the connection has ended before
  };

  /// A header field as HTTP/2 has it, with its name in lower case.
  struct Field {
    std::string_view name;
    std::string_view value;
    bool secret = false;  ///< stays out of the tables of header compression (RFC 7541, section 7.1.3)
  };

  /// Begins an attempt. Request and context must live until finish(). If this fails, there is nothing to send.
  [[nodiscard]] Result<void> begin(const Request& request, const CallContext& context);

  /// Says how the connection, or the transfer's owner, ended the transfer.
  struct End {
    CURLcode code = CURLE_OK;   ///< why a transfer without an end of its own was ended
    std::string words;          ///< words for what was seen, if libcurl has none
    bool has_left = false;      ///< some of the request was sent
    bool has_answered = false;  ///< the connection had brought answers
  };
  /// Returns what the attempt has come to, and closes the bodies.
  [[nodiscard]] Result<Response> finish(End end, Connector& connector) noexcept;
  /// Tells whether the server did not look at the request and demands HTTP/1.1 for it (RFC 9113, section 7). Then
  /// leave_to_http1() takes the place of finish().
  [[nodiscard]] bool demands_http1() const noexcept;
  void leave_to_http1() noexcept;

  // --- called by the session that speaks

  /// Notes whether the connection has carried other transfers before, or was made for later ones.
  void set_reused(bool reused) noexcept { reused_ = reused; }
  /// Returns the fields of the request, from begin() to finish().
  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
  /// Tells whether DATA frames follow the fields: bytes of a body, or the news that there are none.
  [[nodiscard]] bool has_body() const noexcept { return body_.size() != 0; }
  /// Reads the next bytes of the body, as RequestBody::read() does.
  [[nodiscard]] std::optional<std::size_t> read_body(char* buffer, std::size_t capacity) noexcept;
  [[nodiscard]] bool body_is_whole() const noexcept { return body_.whole(); }

  /// Begins a head, or trailers.
  void on_head() noexcept { head_status_ = 0; }
  void on_head_end() noexcept;
  /// This and on_body() return false when no more of the answer is wanted.
  [[nodiscard]] bool on_field(std::string_view name, std::string_view value) noexcept;
  [[nodiscard]] bool on_body(std::string_view part) noexcept;
  void on_end(CloseReason reason, std::uint32_t error_code) noexcept;

  /// Returns the status of the answer once its head has begun, otherwise 0.
  [[nodiscard]] int status() const noexcept { return status_; }
  /// Tells whether something of an answer has come, if only an interim one.
  [[nodiscard]] bool begun() const noexcept { return status_ != 0 || head_status_ != 0; }
  [[nodiscard]] CloseReason close_reason() const noexcept { return close_reason_; }

 private:
  friend class Http2Session;

  void write_fields(const Request& request, const CallContext& context);
  [[nodiscard]] Result<Response> outcome(End end, Connector& connector);
  [[nodiscard]] Error unprocessed() const;

  const Request* request_ = nullptr;
  const CallContext* context_ = nullptr;
  std::vector<Field> fields_;
  // The fields point to these: path and query, names in lower case, the length of the body.
  std::string path_;
  std::string lower_;
  std::string length_;
  bool reused_ = false;
  int head_status_ = 0;  // status of the head that is being read; 0 if these are trailers, or it is not known yet
  int status_ = 0;
  CloseReason close_reason_ = CloseReason::kLost;
  std::uint32_t error_code_ = 0;  // the code that ended the stream (RFC 9113, section 7)

  // The members below belong to the session.
  Http2Transfer* previous_ = nullptr;
  Http2Transfer* next_ = nullptr;
  std::int32_t stream_ = 0;
  std::uint64_t begins_at_ = 0;  // where the request begins among the bytes of the connection
  bool written_ = false;         // the head was written, at begins_at_
  bool answered_ = false;        // the answer is whole
  bool unwanted_ = false;
  bool reset_ = false;  // the server has reset the stream
};

}  // namespace easypost_connect::internal
